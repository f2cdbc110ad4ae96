/** One key away: what the help sheet lists. Keys do nothing while one writes. */
import { undoNewest } from "./held.js";
import { openDialog } from "/static/shell/dialogs.js";

const LISTS = { m: "mine", u: "unassigned", w: "waiting", a: "all" };
let going = 0;

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && target.closest("desk-composer")) return out();
  if (target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]") || document.querySelector("dialog[open], [popover]:popover-open:not(#toasts)")) return;
  if (act(event.key, event)) event.preventDefault();
});

/** Back to the list; a conversation that has left the list (taken, answered) keeps one among its messages. */
function out() { /** @type {HTMLElement | null} */ (document.querySelector(".row.on .who") ?? document.getElementById("talk"))?.focus(); }

/** @param {string} key @param {KeyboardEvent} event @returns {boolean} whether the key meant something */
function act(key, event) {
  const small = key.toLowerCase();
  if (Date.now() - going < 1200 && small in LISTS) { going = 0; return press(`#lists-menu [data-list="${LISTS[/** @type {keyof typeof LISTS} */ (small)]}"]`); }
  if (small === "g") { going = Date.now(); return true; }
  if (key === "?") { openDialog("shortcuts"); return true; }
  const inTalk = /** @type {Element} */ (event.target).closest("#talk");
  if (small === "j" || (key === "ArrowDown" && !inTalk)) return step(1);
  if (small === "k" || (key === "ArrowUp" && !inTalk)) return step(-1);
  if (small === "x") return press(".row:has(.who:focus) [data-choose], .row.on [data-choose]");
  if (small === "r" || small === "n") { document.dispatchEvent(new CustomEvent("composer:insert", { detail: { text: "", mode: small === "r" ? "reply" : "note" } })); return Boolean(document.querySelector("desk-composer")); }
  if (small === "y" || small === "d") return press(`#offers [data-offer-key="${small}"]:not([disabled])`);
  if (/^[123]$/.test(small)) return press(`[data-article-key="${small}"]`);
  if (small === "c") return press("[data-new]");
  if (small === "z" && undoNewest()) return true;
  if (small === "l") { const menu = document.getElementById("labels-menu"); menu?.showPopover?.(); return Boolean(menu); }
  return press(`#head [data-key="${CSS.escape(small)}"]:not([disabled])`);
}

/** @param {string} selector */
function press(selector) {
  const button = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  button?.click();
  return Boolean(button);
}

/** @param {number} by */
function step(by) {
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#rows .who")]);
  if (!all.length) return false;
  const at = all.findIndex((link) => link === document.activeElement);
  const from = at >= 0 ? at : all.findIndex((link) => link.closest(".row.on"));
  all[Math.max(0, Math.min(all.length - 1, from + by))].focus();
  return true;
}
