// Offers titles while somebody types in a search field; without it the form searches all the same.

const PAUSE = 120;

/** @param {HTMLFormElement} form with `data-suggest`, the address that answers [{title, url, kind}] */
function offer(form) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("input[type=search]"));
  const list = document.createElement("ul");
  list.className = "hints";
  list.id = `${field.id}-hints`;
  list.role = "listbox";
  list.ariaLabel = field.labels?.[0]?.textContent ?? "";
  list.hidden = true;
  form.append(list);
  field.role = "combobox";
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  field.ariaExpanded = "false";
  let timer = 0;
  let asked = "";
  let chosen = -1;

  /** @param {boolean} open */
  const show = (open) => {
    list.hidden = !open;
    field.ariaExpanded = String(open);
    if (!open) choose(-1);
  };

  /** @param {number} place among those offered; -1: none */
  const choose = (place) => {
    chosen = place;
    [...list.children].forEach((item, number) => (item.ariaSelected = String(number === place)));
    if (place < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[place].id);
  };

  const ask = async () => {
    const words = field.value.trim();
    if (words === asked) return;
    asked = words;
    if (words.length < 2) return show(false);
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`);
      if (!answer.ok || words !== asked) return;
      draw(await answer.json());
    } catch {
      show(false); // The network is away; the form still searches once it is back.
    }
  };

  /** @param {{title: string, url: string, kind: string}[]} hits */
  const draw = (hits) => {
    list.replaceChildren(
      ...hits.map((hit, number) => {
        const item = document.createElement("li");
        item.role = "option";
        item.id = `${list.id}-${number}`;
        item.textContent = hit.title;
        item.dataset.url = hit.url;
        const kind = document.createElement("small");
        kind.textContent = hit.kind;
        item.append(kind);
        return item;
      }),
    );
    choose(-1);
    show(hits.length > 0);
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "Escape" && !list.hidden) show(false);
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden)
      choose((chosen + (event.key === "ArrowDown" ? 1 : count + (chosen < 0 ? 0 : -1))) % count);
    else if (event.key === "Enter" && chosen >= 0)
      location.assign(/** @type {HTMLElement} */ (list.children[chosen]).dataset.url ?? "");
    else return;
    event.preventDefault();
  });
  // Before the field loses its focus, which closes the list.
  list.addEventListener("pointerdown", (event) => {
    const item = /** @type {HTMLElement} */ (event.target).closest("li");
    if (item) event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const url = /** @type {HTMLElement} */ (event.target).closest("li")?.dataset.url;
    if (url) location.assign(url);
  });
  field.addEventListener("blur", () => show(false));
}

for (const form of document.querySelectorAll("form[data-suggest]")) offer(/** @type {HTMLFormElement} */ (form));
