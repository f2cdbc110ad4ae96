/** The search page: the field with its offers, and j and k through what was found. */
import { offerIn } from "./search_offers.js";

const field = /** @type {HTMLInputElement} */ (document.getElementById("search-words"));
const offers = offerIn(field, /** @type {HTMLElement} */ (document.getElementById("search-offers")));
field.addEventListener("keydown", (event) => {
  if (offers.key(event, true)) return;
  if (event.key === "ArrowDown") { event.preventDefault(); step(1); }
});

const links = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".found-people a, .found-list a")]);

/** @param {number} by */
function step(by) {
  const all = links(), at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (at + by < 0) field.focus();
  else all[Math.min(at + by, all.length - 1)]?.focus();
}

function toField() { field.focus(); field.select(); }

document.addEventListener("click", (event) => { if (/** @type {Element} */ (event.target).closest?.("[data-palette]")) toField(); });
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); return toField(); }
  if (event.ctrlKey || event.metaKey || event.altKey || /** @type {Element} */ (event.target).closest("input, textarea, dialog, [popover]")) return;
  if (event.key === "/") { event.preventDefault(); toField(); }
  else if (event.key === "j" || event.key === "ArrowDown") { event.preventDefault(); step(1); }
  else if (event.key === "k" || event.key === "ArrowUp") { event.preventDefault(); step(-1); }
});
