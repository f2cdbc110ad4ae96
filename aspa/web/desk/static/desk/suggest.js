/** Suggestions while writing: canned replies after a slash, articles after a question mark, colleagues after an @. */
import { getPart } from "./server.js";
import { openId } from "./navigate.js";

/** @type {{field: HTMLTextAreaElement, from: number} | null} */
let asking = null;
let turn = 0;
const box = () => /** @type {HTMLElement | null} */ (document.getElementById("suggest"));

/** @param {HTMLTextAreaElement} field @param {{kind: "canned" | "colleagues" | "articles/choices", words: string, from: number}} wish */
export async function suggest(field, { kind, words, from }) {
  const mine = ++turn;
  asking = { field, from };
  try {
    const html = await getPart(`/desk/conversations/${openId()}/${kind}?q=${encodeURIComponent(words)}`);
    const place = box();
    if (mine !== turn || !place) return;
    place.innerHTML = html;
    place.hidden = false;
    choose(0);
    if (kind === "colleagues" && words && !options().length) close();
    field.addEventListener("keydown", keys);
    field.focus();
  } catch { close(); }
}

export function close() {
  turn += 1;
  const place = box();
  if (place) place.hidden = true;
  asking?.field.removeEventListener("keydown", keys);
  asking = null;
}

const options = () => /** @type {HTMLElement[]} */ ([...(box()?.querySelectorAll("[role=option]") ?? [])]);

/** @param {number} at */
function choose(at) {
  options().forEach((option, index) => { option.setAttribute("aria-selected", String(index === at)); if (index === at) option.scrollIntoView({ block: "nearest" }); });
}

/** @param {KeyboardEvent} event */
function keys(event) {
  const all = options(), at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length); }
  else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && all[at]) { event.preventDefault(); event.stopPropagation(); take(all[at], event.shiftKey); }
}

/** @param {HTMLElement} option @param {boolean} [whole] the text of what it names, where it has one */
function take(option, whole = false) {
  if (!asking) return;
  const { field, from } = asking;
  field.setRangeText((whole && option.dataset.insertWhole) || (option.dataset.insert ?? ""), from, field.selectionStart, "end");
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

document.addEventListener("mousedown", (event) => {
  const option = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("#suggest [role=option]"));
  if (option) { event.preventDefault(); take(option, /** @type {MouseEvent} */ (event).shiftKey); }
  else if (asking && !/** @type {Element} */ (event.target).closest?.("#suggest, desk-composer")) close();
});
