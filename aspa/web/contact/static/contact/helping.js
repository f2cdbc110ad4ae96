/** Articles that may help, while the message is written. Sending is never in their way. */

const PAUSE = 800; // milliseconds without a key
const WORDS = 3;

const box = /** @type {HTMLElement} */ (document.querySelector("[data-maybe]"));
const form = /** @type {HTMLFormElement} */ (box.closest("form"));
const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
let asked = "";
/** @type {ReturnType<typeof setTimeout>|undefined} */
let soon;

// What one writes is looked up as one writes.
/** @type {HTMLElement} */ (form.querySelector("[data-look]")).hidden = true;

text.addEventListener("input", () => {
  clearTimeout(soon);
  soon = setTimeout(() => void look(), PAUSE);
});

async function look() {
  const now = text.value.trim();
  if (now === asked || now.split(/\s+/).length < WORDS) return;
  asked = now;
  try {
    const answer = await fetch(box.dataset.maybe ?? "", { method: "POST", body: values({ text: now }) });
    const html = answer.ok ? await answer.text() : "";
    if (html && asked === now && !reading()) box.innerHTML = html;
  } catch {
    // Without a network there is nothing to suggest; the form says itself what then becomes of the message.
  }
}

/** Whether one of the articles has been opened: then the list stays as it is. */
const reading = () => Boolean(box.querySelector(".verdict:not([hidden])"));

/** @param {Record<string, string>} more */
function values(more) {
  const help = /** @type {HTMLInputElement|null} */ (box.querySelector("[name=help]"));
  return new URLSearchParams({ help: help?.value ?? "", ...more });
}

box.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const item = /** @type {HTMLElement|null} */ (target.closest("li"));
  const verdict = /** @type {HTMLElement|null|undefined} */ (item?.querySelector(".verdict"));
  const link = /** @type {HTMLElement|null|undefined} */ (item?.querySelector("[data-article]"));
  if (!item || !verdict || !link) return;
  if (target.closest("[data-article]")) verdict.hidden = false;
  const answer = /** @type {HTMLElement|null} */ (target.closest("[data-helped]"));
  if (!answer) return;
  void fetch(box.dataset.said ?? "", { method: "POST", body: values({ url: link.dataset.article ?? "", helped: answer.dataset.helped ?? "" }) });
  const thanks = /** @type {HTMLElement} */ (item.querySelector("[data-thanks]"));
  thanks.textContent = thanks.dataset.thanks ?? "";
  verdict.remove();
});
