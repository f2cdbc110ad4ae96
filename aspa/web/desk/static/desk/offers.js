/** A conversation that is offered to this agent: a card on every page of the desk, with the seconds that are left. It goes
 * when it was answered in any tab, taken by somebody else, or ran out. */
import { elements, getPart, settled } from "./server.js";

const ENDED = new Set(["assigned", "offer_declined", "offer_expired", "ended", "set_aside", "merged", "snoozed"]);
const place = /** @type {HTMLElement} */ (document.getElementById("offers"));
const agent = Number(document.getElementById("desk")?.dataset.agent);
const card = () => /** @type {HTMLElement | null} */ (place.querySelector(".offer"));
/** When the offer on the screen runs out, in milliseconds of this page's life. */
let until = 0, ticking = 0;

const refresh = settled(async () => {
  try {
    show(/** @type {HTMLElement | undefined} */ (elements(await getPart("/desk/offer"))[0]));
  } catch { /* The stream tells again when the network is back. */ }
}, 40);

/** @param {HTMLElement} [fresh] */
function show(fresh) {
  clearInterval(ticking);
  if (!fresh) return place.replaceChildren();
  until = performance.now() + Number(fresh.dataset.left) * 1000;
  // The same one keeps its buttons under the hand.
  if (card()?.dataset.offer !== fresh.dataset.offer) {
    place.replaceChildren(fresh);
    window.htmx.process(fresh);
  }
  ticking = window.setInterval(tick, 1000);
  tick();
}

function tick() {
  const left = Math.max(0, Math.round((until - performance.now()) / 1000)), told = place.querySelector("[data-seconds]");
  if (told) told.textContent = `${left} s`;
  if (left) return;
  clearInterval(ticking);
  refresh();
}

/* With Alt the keys work while one writes, too. */
document.addEventListener("keydown", (event) => {
  const key = { KeyY: "y", KeyD: "d" }[event.code];
  const button = event.altKey && !event.ctrlKey && !event.metaKey && key && /** @type {HTMLElement | null} */ (place.querySelector(`[data-offer-key="${key}"]:not([disabled])`));
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("stream:event", (event) => {
  const { kind, conversation, to } = /** @type {CustomEvent} */ (event).detail;
  if (kind === "offered" ? to === agent : ENDED.has(kind) && String(conversation) === card()?.dataset.offer) refresh();
});
document.addEventListener("htmx:afterRequest", (event) => { if (place.contains(/** @type {CustomEvent} */ (event).detail.elt)) refresh(); });
for (const name of ["stream:open", "stream:lost"]) document.addEventListener(name, () => refresh());
