/** Says at once when the chosen files are too large together, before they are sent in vain. The server says it, too. */

const field = /** @type {HTMLInputElement} */ (document.querySelector("#files"));
const wrong = /** @type {HTMLElement} */ (document.querySelector("#files-wrong"));
const most = Number(field.dataset.megabytes) * 1024 * 1024;

const isTooLarge = () => [...(field.files ?? [])].reduce((sum, file) => sum + file.size, 0) > most;

field.addEventListener("change", () => {
  wrong.textContent = isTooLarge() ? (wrong.dataset.said ?? "") : "";
});

field.form?.addEventListener("submit", (event) => {
  if (!isTooLarge()) return;
  event.preventDefault();
  field.focus();
});
