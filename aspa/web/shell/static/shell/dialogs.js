/** Dialogs: `data-dialog="id"` opens one, `data-close` inside closes it, a click on the backdrop too. */

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const opener = target.closest?.("[data-dialog]");
  if (opener) openDialog(opener.getAttribute("data-dialog") ?? "");
  if (target.closest?.("[data-close]") || target.nodeName === "DIALOG") /** @type {HTMLDialogElement} */ (target.closest("dialog"))?.close();
});

/** A form inside that went through closes its dialog. */
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = /** @type {CustomEvent} */ (event).detail;
  const dialog = elt.closest?.("dialog[data-close-on-success]");
  if (successful && dialog && elt.matches("form")) { elt.reset(); dialog.close(); }
});

/** @param {string} id */
export function openDialog(id) {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById(id));
  if (!dialog || dialog.open) return;
  dialog.showModal();
  window.htmx?.trigger(dialog, "open");
}
