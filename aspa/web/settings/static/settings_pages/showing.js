/** Shows only the parts of a form that what was chosen needs. Without scripts all of them are there. */

for (const form of document.forms) {
  const parts = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-when]"));
  if (!parts.length) continue;
  const show = () => {
    const chosen = new FormData(form);
    for (const part of parts) {
      const wanted = (part.dataset.when ?? "").split(" ").some((condition) => holds(condition, chosen));
      part.hidden = !wanted && !part.querySelector(".errorlist"); // what is wrong has to be seen
    }
  };
  form.addEventListener("change", show);
  show();
}

/** Whether "field=value,value" is so. @param {string} condition @param {FormData} chosen */
function holds(condition, chosen) {
  const [field, values] = condition.split("=");
  return values.split(",").includes(String(chosen.get(field) ?? ""));
}
