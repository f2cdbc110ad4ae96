/** Lists whose items are put in order by dragging; each has buttons for the same. */

/** @type {HTMLElement | null} */
let held = null;

for (const list of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-order]"))) {
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll(":scope > li"))) {
    const grip = item.querySelector(".grip");
    grip?.addEventListener("pointerdown", () => { item.draggable = true; });
    item.addEventListener("dragstart", (event) => { held = item; item.classList.add("held"); event.dataTransfer?.setData("text/plain", item.id); });
    item.addEventListener("dragend", () => { item.draggable = false; item.classList.remove("held"); held = null; for (const one of list.querySelectorAll(".here")) one.classList.remove("here"); });
    item.addEventListener("dragover", (event) => { if (held && held !== item && held.dataset.under === item.dataset.under) { event.preventDefault(); item.classList.add("here"); } });
    item.addEventListener("dragleave", () => item.classList.remove("here"));
    item.addEventListener("drop", (event) => { event.preventDefault(); if (held) drop(list, held, item); });
  }
}

// Who moves something by keyboard goes on from where they were: the same button of the same item.
const moved = /** @type {HTMLElement | null} */ (location.hash ? document.querySelector(`[data-order] > #${CSS.escape(location.hash.slice(1))}`) : null);
// Going to the fragment takes the focus away, so after that.
if (moved) addEventListener("load", () => setTimeout(() => {
  const buttons = /** @type {HTMLButtonElement[]} */ ([...moved.querySelectorAll("button[name=place]")]);
  const pressed = buttons[Number(sessionStorage.getItem("aspa-order-button"))];
  (pressed?.disabled ? buttons.find((button) => !button.disabled) : pressed)?.focus();
}));
document.addEventListener("click", (event) => {
  const button = /** @type {HTMLButtonElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-order] button[name=place]"));
  if (button) sessionStorage.setItem("aspa-order-button", String([...(button.form?.querySelectorAll("button") ?? [])].indexOf(button)));
});

/** @param {HTMLElement} list @param {HTMLElement} item @param {HTMLElement} on */
function drop(list, item, on) {
  const siblings = /** @type {HTMLElement[]} */ ([...list.children]).filter((one) => /** @type {HTMLElement} */ (one).dataset.under === item.dataset.under);
  const form = /** @type {HTMLFormElement} */ (item.querySelector("form"));
  const place = Object.assign(document.createElement("input"), { type: "hidden", name: "place", value: String(siblings.indexOf(on)) });
  form.append(place);
  form.submit();
}
