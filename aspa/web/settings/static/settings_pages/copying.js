/** `data-copy="id"` copies that element's text; the button says so for a moment (`data-copied`). */

const MOMENT = 1800;

document.addEventListener("click", async (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-copy]"));
  const source = button && document.getElementById(button.dataset.copy ?? "");
  if (!button || !source) return;
  const words = button.querySelector("span");
  if (!(await copy(source)) || !words) return;
  const before = words.textContent;
  words.textContent = button.dataset.copied ?? "";
  setTimeout(() => { words.textContent = before; }, MOMENT);
});

/** Without the clipboard (an address that isn't https) the text is at least selected. @param {HTMLElement} source */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return false;
  }
}
