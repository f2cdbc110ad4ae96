/** Moving between lists and conversations without losing the page. */
import { copyOf } from "./server.js";
import { watch } from "./stream.js";

const desk = /** @type {HTMLElement} */ (document.getElementById("desk"));
const open = /** @type {HTMLElement} */ (document.getElementById("open"));

const shown = () => /** @type {HTMLElement | null} */ (document.getElementById("main"))?.dataset;

/** The conversation on the screen, 0 for none. */
export const openId = () => Number(shown()?.conversation ?? 0);

/** The newest that was asked for the open page's place: what an older one brings comes too late. `path` is without its
 * query. @type {{ xhr: XMLHttpRequest, path: string } | null} */
let asked = null;

/** @param {string} url a page of the desk */
export function go(url) {
  if (/^\/(desk\/conversations|customers)\//.test(url)) return openBeside(url);
  if (new URL(url, location.href).pathname === "/desk/") return openList(url);
  location.assign(url);
}

/** Open a conversation or a customer beside the list. @param {string} url */
export async function openBeside(url) {
  const rows = document.getElementById("rows");
  const address = new URL(url, location.href);
  if (!address.search && rows?.dataset.query) address.search = rows.dataset.query;
  const whole = address.pathname + address.search;
  await window.htmx.ajax("GET", whole, { source: open, target: open, swap: "innerHTML", push: whole + address.hash });
  if (address.hash) document.getElementById(address.hash.slice(1))?.scrollIntoView({ block: "center" });
}

/** Not when another page is on its way: this one would take its place. */
export function refreshOpen() {
  if (!openId() || (asked && asked.path !== location.pathname)) return;
  window.htmx.ajax("GET", location.pathname + location.search, { source: open, target: open, swap: "innerHTML" });
}

/** @param {string} url */
async function openList(url) {
  await window.htmx.ajax("GET", url, { source: "#list", target: "#list", swap: "innerHTML" });
  const query = document.getElementById("rows")?.dataset.query;
  history.replaceState({ htmx: true }, "", shown()?.conversation || shown()?.customer ? `${location.pathname}?${query}` : url);
}

function showOpen() {
  const id = openId(), customer = shown()?.customer;
  if (id || customer) desk.dataset.open = customer ? "customer" : String(id);
  else delete desk.dataset.open;
  document.querySelectorAll(".row.on").forEach((row) => row.classList.remove("on"));
  const row = document.getElementById(`row-${id}`);
  row?.classList.add("on");
  row?.querySelector(".who")?.setAttribute("aria-current", "true");
  open.classList.remove("side-shown");
  watch(id);
  if (id || customer) document.title = document.title.replace(/^(\(\d+\) )?.*$/, `$1${shown()?.title ?? "Aspa"} · Aspa`);
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (/** @type {MouseEvent} */ (event).ctrlKey || /** @type {MouseEvent} */ (event).metaKey) return;
  const list = target.closest?.("a[data-list]");
  const conversation = target.closest?.("a.past:not([target]), a[data-go], #palette a, .head a[href^='/desk/conversations/']:not([data-copy])");
  if (list) { event.preventDefault(); openList(list.getAttribute("href") ?? ""); }
  else if (conversation) { event.preventDefault(); go(conversation.getAttribute("href") ?? ""); }
  else if (target.closest?.("[data-back]")) { event.preventDefault(); closeConversation(); }
  else if (target.closest?.("[data-side]")) open.classList.toggle("side-shown");
  else if (target.closest?.("[data-reload]")) location.reload();
  const ask = target.closest?.("[data-ask]");
  if (ask) askFor(ask.getAttribute("data-ask") ?? "");
  // When its dialog has closed and given the focus back.
  if (target.closest?.("[data-answer]")) setTimeout(() => document.dispatchEvent(new CustomEvent("composer:insert", { detail: { text: "", mode: "reply" } })));
});
document.addEventListener("desk:ask", (event) => askFor(/** @type {CustomEvent} */ (event).detail.url));

function closeConversation() {
  const id = openId();
  for (const name of ["conversation", "customer"]) document.getElementById("main")?.removeAttribute(`data-${name}`);
  const query = document.getElementById("rows")?.dataset.query;
  history.pushState({ htmx: true }, "", `/desk/?${query}`);
  showOpen();
  /** @type {HTMLElement | null} */ (document.querySelector(`#row-${id} .who`))?.focus();
}

/** A question in a dialog, its form from the server. @param {string} url */
export async function askFor(url) {
  await window.htmx.ajax("GET", url, { source: "#ask-body", target: "#ask-body", swap: "innerHTML" });
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("ask-dialog"));
  if (!dialog.open) dialog.showModal();
  /** @type {HTMLElement | null} */ (dialog.querySelector("input:not([type=hidden]):not([type=radio]), textarea, select"))?.focus();
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-filter]")) return;
  event.preventDefault();
  const query = new URLSearchParams();
  for (const [key, value] of new FormData(form)) if (value && key !== "name") query.set(key, String(value));
  form.closest("[popover]")?.hidePopover?.();
  openList(`/desk/?${query}`);
});

/* Loading and failed */

let waiting = 0;
document.addEventListener("htmx:beforeRequest", (event) => {
  const { target, elt, xhr, pathInfo } = /** @type {CustomEvent} */ (event).detail;
  if (target !== open) return;
  const mine = asked = { xhr, path: pathInfo.requestPath.split("?")[0] };
  const row = elt.closest?.(".row");
  if (row) { document.querySelector(".row.on")?.classList.remove("on"); row.classList.add("on"); }
  clearTimeout(waiting);
  waiting = window.setTimeout(() => { open.replaceChildren(copyOf("t-loading")); desk.dataset.open ||= "loading"; }, 180);
  // The row that asked may be drawn anew meanwhile; htmx then has nowhere to tell the end, and loading would cover what came.
  xhr.addEventListener("loadend", () => {
    if (asked !== mine) return;
    asked = null;
    clearTimeout(waiting);
    if (!elt.isConnected && xhr.status !== 200) open.replaceChildren(copyOf("t-failed"));
  });
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  if (detail.target === open && asked?.xhr !== detail.xhr) detail.shouldSwap = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { target, successful, xhr } = /** @type {CustomEvent} */ (event).detail;
  if (target !== open || asked?.xhr !== xhr) return;
  clearTimeout(waiting);
  if (!successful) open.replaceChildren(copyOf("t-failed"));
});
document.addEventListener("htmx:afterSwap", (event) => {
  const target = /** @type {CustomEvent} */ (event).detail.target;
  if (target === open) { showOpen(); document.dispatchEvent(new CustomEvent("desk:opened")); }
  if (target?.id === "list" || target?.id === "rows") document.getElementById(`row-${openId()}`)?.classList.add("on");
});
window.addEventListener("popstate", () => location.reload());

showOpen();
