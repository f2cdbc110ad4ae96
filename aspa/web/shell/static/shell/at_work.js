/** Notices when the agent has touched nothing for a while in any of their tabs. Told as the document event "idle:changed". */

const KEY = "aspa:touched";
const LOOK = 10_000, WRITE = 5_000;
const LONG = Number(/** @type {HTMLElement | null} */ (document.querySelector("[data-idle-minutes]"))?.dataset.idleMinutes) * 60_000;

let touched = Date.now(), written = 0;

/** Whether the agent has left their pages alone. */
export let idle = false;

function look() {
  const now = Date.now() - touched >= LONG;
  if (now === idle) return;
  idle = now;
  document.dispatchEvent(new CustomEvent("idle:changed"));
}

/** The other tabs are told now and then, and at once when it brings the agent back. */
function touch() {
  touched = Date.now();
  if (idle || touched - written > WRITE) localStorage.setItem(KEY, String((written = touched)));
  look();
}

for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"]) document.addEventListener(name, touch, { passive: true });
window.addEventListener("focus", touch);
window.addEventListener("storage", ({ key, newValue }) => {
  if (key !== KEY) return;
  touched = Math.max(touched, Number(newValue));
  look();
});
setInterval(look, LOOK);
