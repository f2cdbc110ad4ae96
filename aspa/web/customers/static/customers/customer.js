/** The customer's page: a form that was sent is empty again. */

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = /** @type {CustomEvent} */ (event).detail;
  if (successful && elt.matches?.("form[data-reset]")) elt.reset();
});
