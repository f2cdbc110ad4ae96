/** Moderation by the keyboard: J and K go through the queue, X chooses, P, H and R decide on what is chosen, or else on
 * the one that has the focus. Hiding and removing ask why; a number answers. */
import "/static/settings_pages/here.js";
import { openDialog } from "/static/shell/dialogs.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("queue"));
const items = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-item]")]);
const boxes = /** @type {HTMLInputElement[]} */ (items.map((item) => item.querySelector("input[name=items]")));
const all = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-all]"));
const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("why"));

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (dialog?.open) {
    if (target.id !== "words" && press(`[data-reason="${CSS.escape(event.key)}"]`)) event.preventDefault();
    return;
  }
  if (target.matches("input:not([type=checkbox]), textarea, select")) return;
  if (act(event.key.toLowerCase())) event.preventDefault();
});

/** @param {string} key @returns {boolean} whether the key meant something */
function act(key) {
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  if (key === "a" && all) { all.click(); return true; }
  if (key === "x") { boxes[at()]?.click(); return true; }
  if (key === "u") return press("[data-key=u]");
  const acts = { p: "publish", h: "hide", r: "remove" };
  return key in acts && press(`[data-act="${acts[/** @type {keyof typeof acts} */ (key)]}"]`);
}

function at() { return items.findIndex((item) => item.contains(document.activeElement)); }

/** @param {number} by */
function step(by) {
  const next = items[Math.max(0, Math.min(items.length - 1, at() + by))];
  next?.focus();
  return Boolean(next);
}

/** @param {string} selector */
function press(selector) {
  const button = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  button?.click();
  return Boolean(button);
}

function count() {
  const chosen = boxes.filter((box) => box.checked).length;
  const told = /** @type {HTMLElement | null} */ (document.querySelector("[data-count]"));
  if (told) told.textContent = chosen ? String(chosen) : "";
  if (all) { all.checked = chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
}

form?.addEventListener("change", (event) => {
  if (event.target === all) for (const box of boxes) box.checked = Boolean(all?.checked);
  count();
});

form?.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-act]"));
  if (!button) return;
  const here = boxes[at()];
  if (!boxes.some((box) => box.checked) && here) { here.checked = true; count(); }
  if (button.dataset.act === "publish") return;
  /** @type {HTMLInputElement} */ (form.querySelector("input[name=action]")).value = button.dataset.act ?? "";
  openDialog("why");
  /** @type {HTMLElement | null} */ (dialog?.querySelector("[data-reason]"))?.focus();
});

items[0]?.focus({ preventScroll: true });
