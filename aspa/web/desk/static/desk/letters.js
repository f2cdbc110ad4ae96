/** Letters as they were sent: a frame that is as high as what it holds, its pictures when asked for, or the plain text.
 * Nothing runs in a frame (it has no allow-scripts), so it is measured from here. */
import { isAtBottom, toNewest } from "./talk.js";

const FOLDED = 720, HIGHEST = 20_000, MOST_FITS = 40;
/** @type {WeakMap<HTMLIFrameElement, ResizeObserver>} */
const watching = new WeakMap();

document.addEventListener("load", (event) => {
  const frame = /** @type {HTMLIFrameElement} */ (event.target);
  if (frame.matches?.("iframe.sheet-frame")) { watch(frame); tellPictures(frame); }
}, true);

/** Whether the sender's pictures are always shown is the agent's own, so the frame says it: the page around it is the same for all.
 * @param {HTMLIFrameElement} frame */
function tellPictures(frame) {
  const letter = frame.closest(".sheet-mail"), blocked = /** @type {HTMLElement | null} */ (letter?.querySelector("[data-pictures=blocked]") ?? null);
  if (!blocked) return;
  const always = frame.contentDocument?.documentElement.dataset.pictures !== undefined, once = frame.src === addressOf(frame, { pictures: true });
  const line = /** @type {HTMLElement | null} */ (letter?.querySelector("[data-pictures=always]") ?? null);
  if (line) line.hidden = !always;
  // Shown once, all that is left to offer is showing them always.
  blocked.hidden = always || (once && !line);
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (blocked.querySelectorAll("span, [data-show-pictures]"))) part.hidden = once;
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = /** @type {CustomEvent} */ (event).detail;
  if (!successful || !elt.matches?.("[data-keep-pictures]")) return;
  const frames = /** @type {NodeListOf<HTMLIFrameElement>} */ (elt.closest(".msg.letter")?.querySelectorAll("iframe.sheet-frame") ?? []);
  for (const one of frames) one.src = addressOf(one, { pictures: false });
  /** @type {HTMLElement | undefined} */ (frames[0])?.focus();
});

/** @param {HTMLIFrameElement} frame @param {{pictures: boolean}} how */
function addressOf(frame, { pictures }) {
  const address = new URL(frame.src);
  if (pictures) address.searchParams.set("pictures", "1");
  else address.searchParams.delete("pictures");
  return address.href;
}

/** @param {HTMLIFrameElement} frame */
function watch(frame) {
  watching.get(frame)?.disconnect();
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  let fits = 0;
  // A page that is as high as its frame and a little more would grow for ever.
  const observer = new ResizeObserver(() => { if (++fits <= MOST_FITS) fit(frame); });
  observer.observe(page);
  watching.set(frame, observer);
}

/** @param {HTMLIFrameElement} frame */
function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page || !frame.clientWidth) return;
  const sideways = page.scrollWidth > page.clientWidth ? 16 : 0;
  const needs = Math.ceil(page.getBoundingClientRect().height) + sideways + frame.offsetHeight - frame.clientHeight, whole = frame.dataset.whole !== undefined;
  const button = /** @type {HTMLElement | null} */ (frame.parentElement?.querySelector("[data-whole-mail]"));
  if (button) button.hidden = whole || needs <= FOLDED;
  const stay = isAtBottom();
  frame.style.height = `${Math.min(needs, whole || !button ? HIGHEST : FOLDED)}px`;
  if (stay) toNewest();
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target), letter = target.closest?.(".msg.letter");
  if (!letter) return;
  const frame = /** @type {HTMLIFrameElement | null} */ (letter.querySelector(".sheet-mail iframe"));
  if (target.closest("[data-show-pictures]") && frame) {
    for (const one of /** @type {NodeListOf<HTMLIFrameElement>} */ (letter.querySelectorAll("iframe.sheet-frame"))) one.src = addressOf(one, { pictures: true });
    frame.focus();
  }
  if (target.closest("[data-whole-mail]") && frame) { frame.dataset.whole = ""; watch(frame); fit(frame); frame.focus(); }
  const shown = /** @type {HTMLElement | null} */ (target.closest("[data-show]"))?.dataset.show;
  if (shown) {
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (letter.querySelectorAll("[data-shown]"))) part.hidden = part.dataset.shown !== shown;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (letter.querySelectorAll("[data-show]"))) { button.hidden = button.dataset.show === shown; if (!button.hidden) button.focus(); }
  }
});

// Those that were there before this file was.
for (const frame of /** @type {NodeListOf<HTMLIFrameElement>} */ (document.querySelectorAll("iframe.sheet-frame"))) { watch(frame); tellPictures(frame); }
