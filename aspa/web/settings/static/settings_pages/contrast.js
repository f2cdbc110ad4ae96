/** Tells, as a brand's colour is chosen, whether white text can be read on it (WCAG's 4.5:1). */

const ENOUGH = 4.5;

for (const hint of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-contrast-for]"))) {
  const input = /** @type {HTMLInputElement | null} */ (document.getElementById(hint.dataset.contrastFor ?? ""));
  const tell = () => {
    const ratio = 1.05 / (luminance(input?.value ?? "") + 0.05);
    const good = ratio >= ENOUGH;
    hint.dataset.goodNow = good ? "yes" : "no";
    hint.textContent = ((good ? hint.dataset.good : hint.dataset.dark) ?? "").replace("{ratio}", ratio.toFixed(1));
  };
  input?.addEventListener("input", tell);
  tell();
}

/** Relative luminance of "#rrggbb", 0 to 1. @param {string} colour */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
