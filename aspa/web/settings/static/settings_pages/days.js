/** A day of the year was chosen: its date goes into the form below. */
for (const day of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-day]"))) {
  day.addEventListener("click", () => {
    const date = /** @type {HTMLInputElement} */ (document.getElementById("id_date"));
    date.value = day.dataset.day ?? "";
    document.getElementById("id_periods")?.focus();
  });
}
