/** Replies that wait at the end of the thread: some seconds to be taken back, or until a time that was chosen. */
import { elements, getPart, post, say } from "./server.js";
import { openId, go } from "./navigate.js";
import { isAtBottom, toBottom } from "./talk.js";
import { showToast } from "/static/shell/toasts.js";

const LATE = 4000;
const talk = () => /** @type {HTMLElement | null} */ (document.getElementById("talk"));
/** When each one that is counted down goes, by its element's id. @type {Map<string, number>} */
const goes = new Map();
let counting = 0;

/** Put what the server says is waiting at the end of the thread. @param {string} html @param {{all: boolean}} how */
export function showHeld(html, { all }) {
  const place = talk();
  if (!place) return;
  const fresh = /** @type {HTMLElement[]} */ (elements(html)), ids = new Set(fresh.map((one) => one.id)), stay = isAtBottom();
  if (all) for (const old of place.querySelectorAll(".held")) if (!ids.has(old.id)) old.remove();
  for (const one of fresh) {
    const there = document.getElementById(one.id);
    // One that is there keeps its buttons under the hand.
    if (there) continue;
    place.querySelector(`.outgoing[data-client="${CSS.escape(one.dataset.client ?? "")}"]`)?.remove();
    place.append(one);
    window.htmx.process(one);
    if (!one.matches("[data-mine]")) document.dispatchEvent(new CustomEvent("held:other", { detail: { name: one.querySelector(".meta b")?.textContent ?? "" } }));
  }
  if (stay || !all) toBottom();
  count();
}

export async function refreshHeld() {
  const id = openId();
  if (!id) return;
  try {
    const html = await getPart(`/desk/conversations/${id}/held`);
    if (id === openId()) showHeld(html, { all: true });
  } catch { /* the stream tells again */ }
}

/** Take back the newest one of our own that is being sent. @returns {boolean} whether there was one */
export function undoNewest() {
  const mine = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#talk .held[data-mine][data-seconds]")]).pop();
  if (mine) takeBack(mine.dataset.url ?? "", mine);
  return Boolean(mine);
}

/** @param {string} url @param {Element} [row] */
async function takeBack(url, row) {
  try {
    /** @type {Promise<unknown>[]} what has been begun since stays, below it */
    const keeping = [];
    document.dispatchEvent(new CustomEvent("composer:keep", { detail: { keeping } }));
    await Promise.all(keeping);
    const answer = await post(`${url}taking-back`, {});
    if (!answer.ok) return showToast({ text: (await answer.json()).error?.text ?? say("failed"), failed: true });
    const { draft } = await answer.json();
    row?.remove();
    document.dispatchEvent(new CustomEvent("composer:restore", { detail: { draft, url } }));
    showToast({ text: say("taken_back") });
  } catch { showToast({ text: document.body.dataset.failed ?? "", failed: true }); }
}

/** Who leaves a conversation can still take back what is being sent there. */
export function leave() {
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#talk .held[data-mine][data-seconds]"))) {
    const left = (goes.get(row.id) ?? 0) - Date.now(), url = row.dataset.url ?? "";
    if (left > 1000) showToast({ text: say("sending_letter"), stay: left, act: { label: say("undo"), run: async () => { await takeBack(url); go(url.replace(/held\/.*/, "")); } } });
  }
}

function count() {
  clearTimeout(counting);
  let left = false;
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#talk .held[data-seconds]"))) {
    if (!goes.has(row.id)) goes.set(row.id, Date.now() + Number(row.dataset.seconds) * 1000);
    const seconds = Math.ceil(((goes.get(row.id) ?? 0) - Date.now()) / 1000), place = row.querySelector("[role=timer]");
    const text = seconds > 0 ? say("sending_in", { count: seconds }) : say("sending");
    if (place && place.textContent !== text) place.textContent = text;
    left = true;
    if (seconds * 1000 < -LATE) { goes.set(row.id, Date.now()); refreshHeld(); }
  }
  if (left) counting = window.setTimeout(count, 250);
  else goes.clear();
}

document.addEventListener("click", (event) => {
  const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-take-back]")?.closest(".held") ?? null);
  if (row) takeBack(row.dataset.url ?? "", row);
});
document.addEventListener("desk:opened", count);
document.addEventListener("stream:open", refreshHeld);
count();
