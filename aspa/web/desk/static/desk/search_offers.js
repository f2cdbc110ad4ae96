/** Operators and their values, offered below a search field while one writes. Tab takes the first or the chosen one. */
import { getPart, settled } from "./server.js";

/** @param {HTMLInputElement} field @param {HTMLElement} place Where they are shown. */
export function offerIn(field, place) {
  let turn = 0;
  const options = () => /** @type {HTMLElement[]} */ ([...place.querySelectorAll("[role=option]")]);
  const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");

  function close() {
    turn += 1;
    place.hidden = true;
    place.replaceChildren();
    field.removeAttribute("aria-activedescendant");
    if (field.getAttribute("aria-controls") === place.id) field.setAttribute("aria-expanded", "false");
  }

  const ask = settled(async () => {
    const mine = ++turn, text = field.value, at = field.selectionStart ?? text.length;
    if (!text) return close();
    try {
      const html = await getPart(`${field.dataset.offers}?q=${encodeURIComponent(text)}&at=${at}`);
      if (mine !== turn || document.activeElement !== field) return;
      place.innerHTML = html;
      place.hidden = !options().length;
      options().forEach((option, index) => { option.id = `${place.id}-${index}`; });
      if (field.getAttribute("aria-controls") === place.id) field.setAttribute("aria-expanded", String(!place.hidden));
    } catch { close(); }
  }, 120);

  /** @param {HTMLElement} option */
  function take(option) {
    const start = Number(option.dataset.start), end = field.selectionStart ?? field.value.length;
    field.setRangeText(option.dataset.text ?? "", start, end, "end");
    close();
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {number} step */
  function move(step) {
    const all = options(), at = all.findIndex((option) => option === chosen());
    const next = all[(at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length];
    all.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
    next.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", next.id);
  }

  field.addEventListener("input", ask);
  field.addEventListener("click", ask);
  field.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== field) close(); }, 150));
  place.addEventListener("mousedown", (event) => event.preventDefault());
  place.addEventListener("click", (event) => {
    const option = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[role=option]"));
    if (option) { event.preventDefault(); event.stopPropagation(); take(option); }
  });
  return {
    /** Whether the key was for the offers. @param {KeyboardEvent} event @param {boolean} arrows Whether they move here. */
    key(event, arrows) {
      const all = place.hidden ? [] : options();
      if (!all.length) return false;
      const wanted = event.key === "Tab" && !event.shiftKey ? chosen() ?? all[0] : event.key === "Enter" ? chosen() : undefined;
      if (wanted) take(wanted);
      else if (event.key === "Escape") close();
      else if (arrows && event.key === "ArrowDown") move(1);
      else if (arrows && event.key === "ArrowUp") move(-1);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    close,
  };
}
