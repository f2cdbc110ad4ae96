/** A field in a menu that narrows the menu's items while one types; Enter takes the first. */
document.addEventListener("input", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (!field.matches?.("[data-narrow]")) return;
  const words = field.value.trim().toLowerCase();
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (field.closest(".menu")?.querySelectorAll("[data-item]"))) item.hidden = !item.textContent?.toLowerCase().includes(words);
});

document.addEventListener("keydown", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (event.key === "Escape" && field.matches?.("[data-narrow]")) return field.closest("[popover]")?.hidePopover();
  if (event.key !== "Enter" || !field.matches?.("[data-narrow]") || field.form) return;
  /** @type {HTMLElement | null} */ (field.closest(".menu")?.querySelector("[data-item]:not([hidden])"))?.click();
  event.preventDefault();
});
