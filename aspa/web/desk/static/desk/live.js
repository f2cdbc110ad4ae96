/** What the stream tells becomes what the page shows, by asking for the parts that changed. */
import { elements, getPart, post, say, settled } from "./server.js";
import { addMessage, redraw } from "./talk.js";
import { go, openId, refreshOpen } from "./navigate.js";
import { refreshHeld } from "./held.js";

const OF_HEAD = new Set(["assigned", "team_assigned", "labelled", "unlabelled", "prioritised", "reason_set", "renamed", "snoozed", "woken", "solved_asked", "not_solved", "ended", "reopened", "set_aside", "waiting", "reminded", "replied", "received", "sla_warned", "sla_breached"]);
const OF_SIDE = new Set(["linked", "unlinked", "identified", "promised", "promise_moved", "promise_kept", "promise_withdrawn", "promise_handed_over", "promise_due", "promise_broken"]);
const OF_PARTS = new Set(["identified", "ended", "verification_asked", "cart_offered", "cart_resumed", "cart_bought", "contact_merged", "contact_unmerged"]);
const OF_HELD = new Set(["held", "taken_back", "activity"]);
const OF_ALL = new Set(["merged", "unmerged", "split"]);
const agent = Number(document.getElementById("desk")?.dataset.agent);

/** When something last happened, by conversation: what happens while one is being opened may be missing from it.
 * @type {Map<number, number>} */
const happened = new Map();
const OPENING = 30_000;
document.addEventListener("desk:opened", () => { if (Date.now() - (happened.get(openId()) ?? 0) < OPENING) catchUp(); });

document.addEventListener("stream:event", async (event) => {
  const { kind, conversation, message_id, html, actor } = /** @type {CustomEvent} */ (event).detail;
  happened.set(conversation, Date.now());
  touch(conversation);
  if (conversation !== openId()) return;
  if (OF_ALL.has(kind)) return refreshOpen();
  if (html) {
    addMessage(html, { ours: actor === agent });
    // Who was writing has written.
    whisper()?.replaceChildren();
  } else if (message_id && kind !== "read") redraw(message_id);
  if (kind === "read" && actor === null) showRead();
  if (OF_HEAD.has(kind)) refreshHead();
  if (OF_SIDE.has(kind)) refreshSide();
  if (OF_PARTS.has(kind)) refreshParts();
  if (OF_HELD.has(kind)) refreshHeld();
});

/** Countdowns follow what happens a moment later. */
document.addEventListener("stream:countdowns", (event) => {
  const { conversations } = /** @type {CustomEvent} */ (event).detail;
  const all = document.getElementById("rows")?.dataset.view === "due";
  for (const id of conversations) if (all || document.getElementById(`row-${id}`)) touchRow(id);
  if (conversations.includes(openId())) refreshHead();
});

/** Our own verbs tell at once, without waiting for the stream. */
document.addEventListener("desk:changed", (event) => {
  const ids = /** @type {number[]} */ (/** @type {CustomEvent} */ (event).detail.conversations);
  ids.forEach(touch);
  const labels = document.querySelector("#labels-menu:popover-open");
  if (labels) window.htmx.trigger(labels, "open");
  if (ids.includes(openId())) { refreshHead(); refreshSide(); catchUp(); }
});
document.addEventListener("desk:go", (event) => go(/** @type {CustomEvent} */ (event).detail.url));
document.addEventListener("stream:lost", () => { refreshOpen(); refreshRowsAll(); });
document.addEventListener("stream:open", () => { refreshCounts(); catchUp(); });

/* Rows and counts */

/** @type {Set<number>} */
const touched = new Set();
const refreshRows = settled(drawRows, 90);
const refreshCounts = settled(drawCounts, 200);

/** @param {number} id */
function touch(id) {
  touchRow(id);
  refreshCounts();
}

/** @param {number} id */
function touchRow(id) {
  touched.add(id);
  refreshRows();
}

async function drawRows() {
  const rows = document.getElementById("rows");
  if (!rows || !touched.size) return;
  const ids = [...touched].slice(0, 30);
  ids.forEach((id) => touched.delete(id));
  if (touched.size) refreshRows();
  try {
    const fresh = new Map(elements(await getPart(`/desk/rows?${rows.dataset.query}&ids=${ids.join(",")}`)).filter((row) => row.matches(".row")).map((row) => [row.id, /** @type {HTMLElement} */ (row)]));
    for (const id of ids) placeRow(rows, `row-${id}`, fresh.get(`row-${id}`));
    const empty = rows.querySelector("[data-empty]");
    if (rows.querySelector(".row")) empty?.remove();
    else if (!empty && !rows.querySelector(".row-more")) refreshRowsAll();
  } catch { /* The stream tells again when the network is back. */ }
}

/** @param {HTMLElement} rows @param {string} id @param {HTMLElement} [fresh] */
function placeRow(rows, id, fresh) {
  const old = document.getElementById(id);
  if (!fresh) {
    const next = old?.contains(document.activeElement) ? old.nextElementSibling ?? old.previousElementSibling : null;
    old?.remove();
    return next?.querySelector(".who")?.focus({ preventScroll: true });
  }
  const box = /** @type {HTMLInputElement | null} */ (fresh.querySelector("[data-choose]"));
  const held = old?.contains(document.activeElement) ? document.activeElement?.matches("[data-choose]") ? box : /** @type {HTMLElement | null} */ (fresh.querySelector(".who")) : null;
  fresh.classList.toggle("on", Number(fresh.dataset.id) === openId());
  if (old) {
    if (box) box.checked = Boolean(/** @type {HTMLInputElement | null} */ (old.querySelector("[data-choose]"))?.checked);
    const moved = old.dataset.mark !== fresh.dataset.mark;
    old.replaceWith(fresh);
    // Under the pointer nothing moves: the order is put right when it leaves.
    if (moved) rows.matches(":hover") ? rows.addEventListener("mouseleave", () => sortRow(rows, fresh), { once: true }) : sortRow(rows, fresh);
  } else {
    fresh.classList.add("fresh");
    sortRow(rows, fresh);
  }
  window.htmx.process(fresh);
  // Who goes through the list by keyboard keeps their place.
  held?.focus({ preventScroll: true });
}

/** @param {HTMLElement} rows @param {HTMLElement} row */
function sortRow(rows, row) {
  const [moment, id] = (row.dataset.mark ?? "").split("-").map(Number);
  const next = [...rows.querySelectorAll(".row")].find((other) => {
    if (other === row) return false;
    const [otherMoment, otherId] = (/** @type {HTMLElement} */ (other).dataset.mark ?? "").split("-").map(Number);
    return otherMoment < moment || (otherMoment === moment && otherId < id);
  });
  const end = rows.querySelector(".row-more"), held = row.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  if (!next && end) row.remove();
  else if (next !== row.nextElementSibling || !row.isConnected) rows.insertBefore(row, next ?? end);
  held?.focus({ preventScroll: true });
}

async function refreshRowsAll() {
  const rows = document.getElementById("rows");
  if (rows) window.htmx.ajax("GET", `/desk/rows?${rows.dataset.query}`, { source: rows, target: rows, swap: "innerHTML" });
}

async function drawCounts() {
  const place = document.getElementById("lists"), rows = document.getElementById("rows");
  if (!place || !rows) return;
  // An open menu isn't pulled away from under the hand.
  if (place.querySelector(":popover-open")) return void setTimeout(refreshCounts, 1500);
  try {
    renew(place, await getPart(`/desk/lists?${rows.dataset.query}`));
    showBadge();
  } catch { /* as above */ }
}

function showBadge() {
  const counts = /** @type {HTMLElement | null} */ (document.getElementById("live-counts"))?.dataset;
  const badge = document.getElementById("rail-count");
  const sum = Number(counts?.mine ?? 0) + Number(counts?.unassigned ?? 0);
  if (badge) badge.textContent = sum ? (sum > 99 ? "99+" : String(sum)) : "";
}

/* The open conversation */

const refreshHead = settled(() => redrawPart("head"), 60);
const refreshSide = settled(() => redrawPart("side"), 120);
const refreshParts = settled(() => {
  // A button that is still being answered stays: with it would go what the answer tells.
  if (document.querySelector("#parts .htmx-request")) refreshParts();
  else window.htmx.trigger(document.body, "customer:changed");
}, 400);

/** @param {"head" | "side"} part */
async function redrawPart(part) {
  const id = openId(), place = document.getElementById(part);
  if (!id || !place) return;
  try {
    const html = await getPart(`/desk/conversations/${id}/${part}${location.search}`);
    if (id !== openId()) return;
    renew(place, html);
    if (part === "head") showViewers();
  } catch { /* as above */ }
}

/** Messages that came while we weren't listening. */
async function catchUp() {
  const id = openId(), last = Number([...document.querySelectorAll("#talk [data-id]")].pop()?.getAttribute("data-id") ?? 0);
  if (!id || !last) return;
  try {
    const found = elements(await getPart(`/desk/conversations/${id}/messages?after=${last}`));
    if (id === openId()) for (const one of found) if (one.matches("[data-id]")) addMessage(one.outerHTML, { ours: false });
  } catch { /* as above */ }
}

/** The customer has read what we sent. */
async function showRead() {
  const last = [...document.querySelectorAll("#talk .msg.reply[data-id]")].pop();
  if (!last) return;
  await redraw(Number(last.getAttribute("data-id")));
  const word = document.getElementById(last.id)?.querySelector(".state")?.textContent ?? "";
  for (const state of document.querySelectorAll("#talk .msg.reply[data-id] .state")) state.textContent = word;
}

/** Draw a part anew; who had the focus in it keeps it. @param {HTMLElement} place @param {string} html */
function renew(place, html) {
  if (place.innerHTML === html) return;
  const held = place.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  const same = held && (held.dataset.key ? `[data-key="${held.dataset.key}"]` : held.dataset.list ? `[data-list="${held.dataset.list}"]` : held.getAttribute("popovertarget") ? `[popovertarget="${held.getAttribute("popovertarget")}"]` : "");
  place.innerHTML = html;
  window.htmx.process(place);
  if (same) /** @type {HTMLElement | null} */ (place.querySelector(same))?.focus({ preventScroll: true });
}

/* Seen */

const tellRead = settled(async () => {
  const id = openId(), last = [...document.querySelectorAll("#talk [data-id]")].pop()?.getAttribute("data-id");
  if (!id || !last || document.visibilityState !== "visible" || !document.hasFocus()) return;
  if (told.get(id) === last) return;
  told.set(id, last);
  await post(`/desk/conversations/${id}/read`, { up_to: last }).catch(() => told.delete(id));
  touch(id);
}, 350);
/** @type {Map<number, string>} */
const told = new Map();
document.addEventListener("talk:changed", tellRead);
window.addEventListener("focus", tellRead);
document.addEventListener("visibilitychange", tellRead);

document.addEventListener("stream:page", (event) => { if (/** @type {CustomEvent} */ (event).detail.conversation === openId()) refreshSide(); });

/* Who else is here */

const whisper = () => document.getElementById("whisper");
let quiet = 0;
document.addEventListener("stream:typing", (event) => {
  const { conversation, who, side } = /** @type {CustomEvent} */ (event).detail, place = whisper();
  if (conversation !== openId() || !place) return;
  place.textContent = say(side === "contact" ? "typing_contact" : "typing_agent", { name: who });
  clearTimeout(quiet);
  quiet = window.setTimeout(() => { place.textContent = ""; }, 5000);
});
/** @type {{conversation: number, agents: {id: number, name: string, initials: string}[]}} */
let viewing = { conversation: 0, agents: [] };
document.addEventListener("stream:viewing", (event) => { viewing = /** @type {CustomEvent} */ (event).detail; showViewers(); });

function showViewers() {
  const place = document.getElementById("viewers");
  if (!place || viewing.conversation !== openId()) return;
  const others = viewing.agents.filter((one) => one.id !== agent);
  place.replaceChildren(...others.slice(0, 4).map((one) => Object.assign(document.createElement("span"), { className: `avatar s tint-${one.id % 4}`, textContent: one.initials, title: one.name })));
  if (others.length) place.append(Object.assign(document.createElement("span"), { className: "cut", textContent: say("viewing", { name: others.map((one) => one.name).join(", ") }) }));
}
showBadge();
