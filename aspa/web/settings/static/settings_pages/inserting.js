/** `data-insert="text" data-into="id"` puts the text where the writer is in that field. */

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-insert]"));
  const field = button && /** @type {HTMLTextAreaElement | null} */ (document.getElementById(button.dataset.into ?? ""));
  if (!button || !field) return;
  field.setRangeText(button.dataset.insert ?? "", field.selectionStart, field.selectionEnd, "end");
  field.focus();
});
