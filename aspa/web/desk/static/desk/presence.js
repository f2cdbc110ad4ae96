/** The agent's presence beside their face, told to the others by the stream. */
import { choose, state } from "/static/shell/at_work.js";
import { say } from "./server.js";
import { send } from "./stream.js";

function show() {
  const button = document.getElementById("presence");
  if (!button) return;
  button.dataset.state = state;
  /** @type {HTMLElement} */ (button.querySelector("span")).textContent = say(state);
  /** @type {HTMLElement} */ (button.querySelector(".dot")).className = `dot ${state === "away" ? "away" : "present"}`;
}

document.addEventListener("click", (event) => {
  const choice = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-presence]"));
  if (choice) choose(choice.dataset.presence ?? "available");
});
document.addEventListener("presence:changed", () => { send({ type: "state", state }); show(); });
document.addEventListener("stream:open", () => { if (state !== "available") send({ type: "state", state }); });
show();
