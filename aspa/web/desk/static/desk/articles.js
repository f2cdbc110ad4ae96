/** Articles beside the conversation are put into the reply by a button; 1, 2 and 3 do it while nothing is written. */

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-insert-text]"));
  if (!button) return;
  // On a narrow screen the side lies over the composer.
  document.querySelector(".side-shown")?.classList.remove("side-shown");
  document.dispatchEvent(new CustomEvent("composer:insert", { detail: { text: button.dataset.insertText, mode: "reply" } }));
});
