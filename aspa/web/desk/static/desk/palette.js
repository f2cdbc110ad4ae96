/** The command palette: one field that finds customers, messages and numbers, and does what the buttons do. */
import { offerIn } from "./search_offers.js";
import { copyOf, getPart, settled } from "./server.js";
import { openDialog } from "/static/shell/dialogs.js";

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("palette"));
const field = /** @type {HTMLInputElement} */ (document.getElementById("palette-words"));
const commandsPlace = /** @type {HTMLElement} */ (document.getElementById("palette-commands"));
const foundPlace = /** @type {HTMLElement} */ (document.getElementById("palette-found"));
const offers = offerIn(field, /** @type {HTMLElement} */ (document.getElementById("palette-offers")));

export function openPalette() {
  field.value = "";
  foundPlace.replaceChildren();
  offers.close();
  dialog.showModal();
  showCommands();
  field.focus();
}

document.addEventListener("click", (event) => { if (/** @type {Element} */ (event.target).closest?.("[data-palette]")) openPalette(); });
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); dialog.open ? dialog.close() : openPalette(); }
});

/** What can be done here and now: the visible buttons, the writing modes and the lists. */
function commands() {
  const found = [];
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#head [data-key]"))) found.push({ name: button.textContent?.trim() || button.getAttribute("aria-label") || "", key: button.dataset.key ?? "", run: () => button.click() });
  for (const tab of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("desk-composer [role=tab]:not([disabled])"))) found.push({ name: tab.textContent?.trim() ?? "", key: tab.dataset.mode === "reply" ? "r" : "n", run: () => tab.click() });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-new]"))) found.push({ name: button.textContent?.trim() ?? "", key: "c", run: () => button.click() });
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#lists-menu a"))) found.push({ name: link.querySelector("span")?.textContent ?? "", key: "", run: () => link.click() });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#presence-menu button, #me-menu [data-sound], #me-menu [data-alerts], [data-shortcuts]"))) found.push({ name: button.textContent?.trim() ?? "", key: "", run: () => button.click() });
  return found;
}

function showCommands() {
  const words = field.value.trim().toLowerCase();
  const fit = commands().filter(({ name }) => name && name.toLowerCase().includes(words)).slice(0, words ? 5 : 9);
  commandsPlace.replaceChildren(...fit.map(({ name, key, run }) => {
    const item = /** @type {HTMLElement} */ (copyOf("t-command").firstElementChild);
    /** @type {HTMLElement} */ (item.querySelector(".cut")).textContent = name;
    /** @type {HTMLElement} */ (item.querySelector("kbd")).textContent = key.toUpperCase();
    /** @type {HTMLElement} */ (item.querySelector("kbd")).hidden = !key;
    item.onclick = () => { dialog.close(); run(); };
    return item;
  }));
  choose(0);
}

const search = settled(async () => {
  const words = field.value.trim();
  if (words.length < 2) return foundPlace.replaceChildren();
  try {
    const html = await getPart(`/desk/search?q=${encodeURIComponent(words)}`);
    if (words === field.value.trim()) { foundPlace.innerHTML = html; choose(0); }
  } catch { foundPlace.replaceChildren(); }
}, 180);

field.addEventListener("input", () => { showCommands(); search(); });
foundPlace.addEventListener("click", () => dialog.close());

const options = () => /** @type {HTMLElement[]} */ ([...dialog.querySelectorAll("#palette-commands [role=option], #palette-found [role=option]")]);
/** @param {number} at */
function choose(at) { options().forEach((option, index) => { option.setAttribute("aria-selected", String(index === at)); if (index === at) option.scrollIntoView({ block: "nearest" }); }); }

field.addEventListener("keydown", (event) => {
  // Arrows and Enter are for what was found; Tab takes what is offered.
  if (event.key === "Tab" && offers.key(event, false)) return;
  // A search field keeps the first Escape for itself, to empty it.
  if (event.key === "Escape") { event.preventDefault(); return dialog.close(); }
  const all = options(), at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); if (all.length) choose((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length); }
  else if (event.key === "Enter" && all[at]) { event.preventDefault(); all[at].click(); }
});

document.addEventListener("click", (event) => { if (/** @type {Element} */ (event.target).closest?.("[data-shortcuts]")) openDialog("shortcuts"); });
