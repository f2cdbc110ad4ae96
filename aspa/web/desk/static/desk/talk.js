/** The messages: new ones come in at their place, older ones above, and nothing jumps. */
import { elements, getPart, say } from "./server.js";
import { openId } from "./navigate.js";
import { showToast } from "/static/shell/toasts.js";

const NEAR_BOTTOM = 90;
const talk = () => /** @type {HTMLElement | null} */ (document.getElementById("talk"));
const changed = () => document.dispatchEvent(new CustomEvent("talk:changed"));

/** @param {HTMLElement} place */
const atBottom = (place) => place.scrollHeight - place.scrollTop - place.clientHeight < NEAR_BOTTOM;

export function isAtBottom() { const place = talk(); return Boolean(place && atBottom(place)); }

/** Put a message from the server where it belongs; one that is there already is drawn anew.
 * @param {string} html @param {{ours: boolean}} how */
export function addMessage(html, { ours }) {
  const place = talk(), [fresh] = /** @type {HTMLElement[]} */ (elements(html));
  if (!place || !fresh) return;
  const client = fresh.dataset.client;
  const stay = atBottom(place);
  // What waited has gone: it isn't the last any more.
  if (client) place.querySelector(`.held[data-client="${CSS.escape(client)}"]`)?.remove();
  const same = document.getElementById(fresh.id) ?? (client ? place.querySelector(`[data-client="${CSS.escape(client)}"]`) : null);
  if (same) {
    same.replaceWith(fresh);
    if (stay) toBottom();
  } else {
    const later = [...place.querySelectorAll("[data-id]")].find((other) => Number(other.getAttribute("data-id")) > Number(fresh.dataset.id));
    fresh.classList.add("came");
    place.insertBefore(fresh, later ?? place.querySelector(".outgoing, .held"));
    nameDays(place);
    if (stay || ours) toBottom();
    else if (fresh.matches(".incoming")) show("newer", true);
  }
  window.htmx.process(fresh);
  changed();
}

/** @param {number} id */
export async function redraw(id) {
  try { addMessage(await getPart(`/desk/conversations/${openId()}/messages/${id}`), { ours: false }); } catch { /* the stream tells again */ }
}

export function toBottom() {
  const place = talk();
  if (place) { place.scrollTop = place.scrollHeight; tall = place.clientHeight; }
  show("newer", false);
}

/** The end; of a letter that is longer than the place, its beginning. */
export function toNewest() {
  const place = talk(), newest = /** @type {HTMLElement | undefined} */ (place && [...place.querySelectorAll(".msg")].at(-1));
  toBottom();
  if (place && newest && newest.offsetHeight > place.clientHeight) newest.scrollIntoView({ block: "start" });
}

/** A day's name once, above its first message. @param {HTMLElement} place */
function nameDays(place) {
  let day = "";
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-day]"))) {
    if (item.matches(".day")) { if (item.dataset.day === day) item.remove(); else day = item.dataset.day ?? ""; continue; }
    if (item.dataset.day && item.dataset.day !== day) {
      day = item.dataset.day;
      item.before(Object.assign(document.createElement("div"), { className: "day", textContent: say("today") }));
      /** @type {HTMLElement} */ (item.previousElementSibling).dataset.day = day;
    }
  }
}

/** @param {string} id @param {boolean} on */
function show(id, on) { const item = document.getElementById(id); if (item) item.hidden = !on; }

/* A composer that grows or a phone's keyboard that rises must not cover the newest message for one who was reading it. */
let stays = true, tall = 0;
const watching = new ResizeObserver(() => { if (stays) toBottom(); });

function opened() {
  const target = location.hash && document.getElementById(location.hash.slice(1)), place = talk();
  watching.disconnect();
  stays = !target;
  if (target) target.scrollIntoView({ block: "center" }); else toNewest();
  if (place) {
    place.addEventListener("scroll", () => {
      // A place that changed its size may scroll before it is told so; that isn't the person's doing.
      if (stays && tall !== place.clientHeight) return toBottom();
      tall = place.clientHeight;
      stays = atBottom(place);
      if (stays) show("newer", false);
    }, { passive: true });
    watching.observe(place);
  }
  changed();
}
document.addEventListener("desk:opened", opened);

/* Older messages come in above; what one reads stays where it is. */
let below = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  const place = talk();
  if (place && /** @type {CustomEvent} */ (event).detail.target.matches?.("[data-older]")) below = place.scrollHeight - place.scrollTop;
});
document.addEventListener("htmx:afterSwap", () => {
  const place = talk();
  if (!below || !place) return;
  nameDays(place);
  place.scrollTop = place.scrollHeight - below;
  below = 0;
});

/* What to do with a message */
let chosen = 0;
document.addEventListener("click", async (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("#newer")) return toBottom();
  const button = /** @type {HTMLElement | null} */ (target.closest("[data-message]"));
  if (button) chosen = Number(button.dataset.message);
  const copy = /** @type {HTMLAnchorElement | null} */ (target.closest("[data-copy]"));
  if (copy) { event.preventDefault(); return copied(copy.href); }
  const wish = /** @type {HTMLElement | null} */ (target.closest("[data-message-do]"))?.dataset.messageDo;
  if (!wish) return;
  const text = document.querySelector(`#m-${chosen} .bub`)?.textContent?.trim() ?? "";
  if (wish === "copy") copied(text);
  if (wish === "link") copied(`${location.origin}/desk/conversations/${openId()}/#m-${chosen}`);
  if (wish === "quote") document.dispatchEvent(new CustomEvent("composer:insert", { detail: { text: `${text.replace(/^/gm, "> ")}\n\n`, mode: "reply" } }));
  if (wish === "split") window.htmx.ajax("POST", `/desk/conversations/${openId()}/split`, { values: { message: chosen }, swap: "none" });
});

/** @param {string} text */
async function copied(text) {
  await navigator.clipboard?.writeText(text);
  showToast({ text: say("copied") });
}

if (openId()) opened();
