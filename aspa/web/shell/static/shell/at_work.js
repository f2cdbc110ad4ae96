/** Present or away: the agent's own choice, the same on every page and in every tab; who does nothing for a while is away
 * by themselves, and present again at the first touch. A change is told as the document event "presence:changed". */

const IDLE = 10 * 60_000, KEY = "aspa:presence";
let wanted = localStorage.getItem(KEY) === "away" ? "away" : "available", touched = Date.now();

/** "available" or "away". */
export let state = wanted;

/** @param {string} next */
export function choose(next) {
  wanted = next;
  localStorage.setItem(KEY, wanted);
  become(wanted);
}

/** @param {string} next */
function become(next) {
  if (next === state) return;
  state = next;
  document.dispatchEvent(new CustomEvent("presence:changed"));
}

for (const name of ["pointerdown", "keydown", "pointermove"]) document.addEventListener(name, () => { touched = Date.now(); become(wanted); }, { passive: true });
setInterval(() => { if (Date.now() - touched > IDLE) become("away"); }, 30_000);
window.addEventListener("storage", ({ key, newValue }) => { if (key === KEY) become((wanted = newValue ?? "available")); });
