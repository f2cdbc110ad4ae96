/** The agent's own state beside their face. What they choose and whether they have left the page alone is told by the
 * stream; what they are then comes back by it ("me"), on every page of theirs. */
import { idle } from "/static/shell/at_work.js";
import { showToast } from "/static/shell/toasts.js";
import { say } from "./server.js";
import { send } from "./stream.js";

const KEY = "aspa:me";
/** As it was on the page before, until the stream tells. @type {{chosen: string, state: string}} */
let me = JSON.parse(sessionStorage.getItem(KEY) ?? '{"chosen":"available","state":"available"}');

function show() {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-state]"))) {
    place.dataset.state = me.state;
    const dot = place.querySelector(".dot"), word = place.querySelector("[data-state-word]");
    if (dot) dot.className = `dot ${me.state}`;
    if (word) word.textContent = say(me.state);
  }
  for (const choice of document.querySelectorAll("[data-presence]")) {
    const chosen = choice.getAttribute("data-presence") === me.chosen;
    choice.classList.toggle("on", chosen);
    if (chosen) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
}

document.addEventListener("stream:me", (event) => {
  const { chosen, state } = /** @type {CustomEvent} */ (event).detail;
  // Before the first heartbeat they are nowhere yet.
  me = { chosen, state: state === "gone" ? chosen : state };
  sessionStorage.setItem(KEY, JSON.stringify(me));
  show();
});

document.addEventListener("click", (event) => {
  const choice = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-presence]"));
  if (choice && !send({ type: "state", state: choice.dataset.presence })) showToast({ text: say("offline"), failed: true });
});

document.addEventListener("idle:changed", () => send({ type: "idle", idle }));
show();
