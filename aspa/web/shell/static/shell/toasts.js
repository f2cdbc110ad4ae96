/** Toasts tell what was done and offer to undo it. The server sends them with the answer:
 * `HX-Trigger: {"toast": {"text", "undo": {"url", "values"} | null, "failed": bool}}`. */

const STAY = 6000;

/** @typedef {{text: string, failed?: boolean, undo?: {url: string, values: Record<string, any>} | null, stay?: number, act?: {label: string, run: () => void}}} Toast `stay`: milliseconds */

/** @param {Toast} toast */
export function showToast({ text, failed = false, undo = null, act, stay = STAY }) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const item = document.createElement("div");
  item.className = failed ? "toast late" : "toast";
  item.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undo) item.append(button(document.body.dataset.undo ?? "Undo", () => { takeBack(undo); remove(); }));
  if (act) item.append(button(act.label, () => { act.run(); remove(); }));
  while (place.children.length > 2) place.firstElementChild?.remove();
  place.append(item);
  raise(place);
  let timer = setTimeout(remove, stay);
  item.onmouseenter = item.onfocus = () => clearTimeout(timer);
  item.onmouseleave = () => { timer = setTimeout(remove, stay / 2); };
  function remove() { item.remove(); if (!place?.children.length) place?.hidePopover?.(); }
}

/** The top layer keeps toasts above an open dialog. @param {HTMLElement} place */
function raise(place) {
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover?.();
}

/** @param {string} label @param {() => void} run */
function button(label, run) {
  return Object.assign(document.createElement("button"), { type: "button", textContent: label, onclick: run });
}

/** @param {{url: string, values: Record<string, any>}} undo */
function takeBack({ url, values }) {
  window.htmx.ajax("POST", url, { values, swap: "none" });
}

document.addEventListener("toast", (event) => showToast(/** @type {CustomEvent} */ (event).detail));
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => showToast({ text: document.body.dataset.failed ?? "", failed: true }));
}
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = /** @type {CustomEvent} */ (event).detail;
  if (xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) return;
  showToast({ text: document.body.dataset.failed ?? "", failed: true });
});
