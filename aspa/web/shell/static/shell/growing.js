/** A field that is as tall as its text (`data-grows`), where the browser doesn't know `field-sizing`: Safari before 26.2
 * and Firefox before 152. The greatest height is the style sheet's. */

const known = CSS.supports("field-sizing", "content");

/** After a script has changed what is written. @param {HTMLTextAreaElement} field */
export function grow(field) {
  if (known) return;
  field.style.height = "auto";
  if (field.scrollHeight) field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}

/** @param {EventTarget | null} target */
const mind = (target) => { if (target instanceof HTMLTextAreaElement && target.matches("[data-grows]")) grow(target); };

document.addEventListener("input", (event) => mind(event.target));
// The form empties its fields only after it has said so.
document.addEventListener("reset", (event) => setTimeout(() => { for (const field of /** @type {HTMLFormElement} */ (event.target).elements) mind(field); }));
