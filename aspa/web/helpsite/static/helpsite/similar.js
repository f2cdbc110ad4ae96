// Shows what may answer a question already while it is being written; without it the same is shown before it is sent.

const PAUSE = 400;
const FEWEST = 8;

const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[data-similar]"));
const place = document.getElementById("similar");
let timer = 0;
let asked = "";

const ask = async () => {
  const title = field?.value.trim() ?? "";
  if (!field || !place || title === asked) return;
  asked = title;
  if (title.length < FEWEST) return place.replaceChildren();
  try {
    const answer = await fetch(`${field.dataset.similar}?title=${encodeURIComponent(title)}`);
    if (!answer.ok || title !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.body.childNodes);
  } catch {
    // The network is away; the question can be written all the same.
  }
};

field?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});
