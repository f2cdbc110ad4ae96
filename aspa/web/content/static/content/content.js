/** The small behaviours of the pages where the help site is written. */
import "/static/settings_pages/here.js";
import "/static/settings_pages/presence.js";
import "./order.js";

document.addEventListener("change", (event) => {
  const field = /** @type {HTMLSelectElement} */ (event.target);
  if (field.matches?.("[data-reload]")) location.search = new URLSearchParams({ [field.name]: field.value }).toString();
});

/** `data-key="n"` on a link or button: that key presses it, unless somebody is writing. */
document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const pressed = /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`));
  if (pressed) { event.preventDefault(); pressed.click(); }
});
