/** Present or away. An agent who does nothing for a while becomes away by itself, and present again at the first touch. */
import { say } from "./server.js";
import { send } from "./stream.js";

const IDLE = 10 * 60_000;
let wanted = "available", state = "available", touched = Date.now();

/** @param {string} next */
function become(next) {
  if (next === state) return;
  state = next;
  send({ type: "state", state });
  const button = document.getElementById("presence");
  if (!button) return;
  button.dataset.state = state;
  /** @type {HTMLElement} */ (button.querySelector("span")).textContent = say(state);
  /** @type {HTMLElement} */ (button.querySelector(".dot")).className = `dot ${state === "away" ? "away" : "present"}`;
}

document.addEventListener("click", (event) => {
  const choice = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-presence]"));
  if (choice) { wanted = choice.dataset.presence ?? "available"; become(wanted); }
});
for (const name of ["pointerdown", "keydown", "pointermove"]) document.addEventListener(name, () => { touched = Date.now(); become(wanted); }, { passive: true });
setInterval(() => { if (Date.now() - touched > IDLE) become("away"); }, 30_000);
document.addEventListener("stream:open", () => { if (state !== "available") send({ type: "state", state }); });
