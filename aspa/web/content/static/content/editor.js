/** The editor of an article: keeps what is typed (in this browser at once, on the server soon after), shows it as readers
 * will see it, and brings what stands beside the text. */
import { listen as listenToTools } from "./toolbar.js";
import { listen as listenToFiles } from "./pictures.js";

const SAVE_AFTER = 900, PREVIEW_AFTER = 250, AGAIN_AFTER = 5000, CHECK_AFTER = 1500;
const FIELDS = ["title", "slug", "summary", "body"];

const form = /** @type {HTMLFormElement} */ (document.getElementById("editor"));
const body = /** @type {HTMLTextAreaElement} */ (document.getElementById("body"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));
const trouble = /** @type {HTMLElement} */ (document.getElementById("trouble"));
const own = `aspa-article-${form.dataset.version}`;
/** @type {Record<string, number>} */
const timers = {};
let unsaved = false, saving = false, leaving = false;

/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
/** @returns {Record<string, string>} */
const written = () => Object.fromEntries(FIELDS.map((name) => [name, field(name).value]));

/** @param {string} name @param {() => void} work @param {number} wait */
function soon(name, work, wait) { clearTimeout(timers[name]); timers[name] = setTimeout(work, wait); }

/** @param {string} text */
function say(text, late = false) { status.textContent = text; status.classList.toggle("late", late); }

/** What must be decided. @param {string} text @param {string[]} buttons "take", "bring", "forget" */
function ask(text, buttons) {
  trouble.hidden = !text;
  /** @type {HTMLElement} */ (trouble.querySelector("span")).textContent = text;
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (trouble.querySelectorAll("button"))) button.hidden = !buttons.some((name) => name in button.dataset);
}

function changed() {
  unsaved = true;
  try { localStorage.setItem(own, JSON.stringify({ ...written(), known: field("known").value })); } catch { /* full, or forbidden */ }
  soon("save", save, SAVE_AFTER);
  soon("preview", showPreview, PREVIEW_AFTER);
  soon("check", check, CHECK_AFTER);
}

/** @param {string} address @param {Record<string, string>} [more] @param {RequestInit} [options] */
function post(address, more = {}, options = {}) {
  const values = new URLSearchParams({ ...written(), known: field("known").value, ...more });
  return fetch(address, { method: "POST", body: values, headers: { "X-CSRFToken": field("csrfmiddlewaretoken").value, "X-Quietly": "1" }, redirect: "manual", ...options });
}

async function save(more = {}, options = {}) {
  if (saving || leaving || !unsaved) return;
  saving = true;
  unsaved = false;
  say(form.dataset.saySaving ?? "");
  try {
    const answer = await post(form.action, more, options);
    if (answer.type === "opaqueredirect" || answer.status === 403) { failed(form.dataset.saySignedOut ?? ""); return; }
    if (answer.status === 409) {
      const { text, number } = await answer.json();
      trouble.dataset.number = String(number);
      ask(text, ["take"]);
      unsaved = true;
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const { number, time } = await answer.json();
    field("known").value = String(number);
    ask("", []);
    if (!unsaved) { localStorage.removeItem(own); say(`${form.dataset.saySaved} ${time}`); }
  } catch { failed(form.dataset.sayUnsaved ?? ""); }
  finally {
    saving = false;
    if (unsaved && trouble.hidden) soon("save", save, SAVE_AFTER);
  }
}

/** @param {string} text */
function failed(text) { unsaved = true; say(text, true); soon("save", save, AGAIN_AFTER); }

async function showPreview() {
  const pane = document.getElementById("pane-preview");
  if (!pane || pane.hidden || !pane.offsetParent) return;
  const answer = await post(form.dataset.preview ?? "").catch(() => null);
  if (answer?.ok) pane.innerHTML = await answer.text();
}

async function check() {
  const pane = document.getElementById("pane-checks");
  if (!pane || pane.hidden) return;
  const answer = await post(form.dataset.checks ?? "").catch(() => null);
  if (!answer?.ok) return;
  pane.innerHTML = await answer.text();
  if (pane.querySelector("[data-again]")) soon("check", check, CHECK_AFTER);
}

/** What was written here and never reached the server. */
function lookForLost() {
  let lost;
  try { lost = JSON.parse(localStorage.getItem(own) ?? "null"); } catch { lost = null; }
  if (!lost) return;
  if (FIELDS.every((name) => (lost[name] ?? "") === written()[name])) { localStorage.removeItem(own); return; }
  if (lost.known === field("known").value) bring(lost);
  else { ask(form.dataset.sayFound ?? "", ["bring", "forget"]); trouble.querySelector("[data-bring]")?.addEventListener("click", () => bring(lost), { once: true }); }
}

/** @param {Record<string, string>} lost */
function bring(lost) {
  for (const name of FIELDS) field(name).value = lost[name] ?? "";
  ask("", []);
  changed();
  showPreview();
}

/** @param {HTMLElement} tab */
function open(tab) {
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".tabs [role=tab]"))) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    const pane = document.getElementById(one.getAttribute("aria-controls") ?? "");
    if (pane && pane !== form) pane.hidden = !chosen;
  }
  /** @type {HTMLElement} */ (document.querySelector(".desk-and-paper")).dataset.shown = tab.id.replace("tab-", "");
  if (tab.id === "tab-preview") showPreview();
  if (tab.id === "tab-checks") check();
  if (tab.id === "tab-text") body.focus();
}

const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".tabs [role=tab]")]);
for (const tab of tabs) {
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", (event) => {
    const shown = tabs.filter((one) => one.offsetParent), step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = shown[(shown.indexOf(tab) + step + shown.length) % shown.length];
    open(next);
    next.focus();
  });
}

form.addEventListener("input", changed);
form.addEventListener("change", () => save());
// What is published goes as it stands; nothing is left over to be brought back.
form.addEventListener("submit", () => { leaving = true; clearTimeout(timers.save); try { localStorage.removeItem(own); } catch { /* forbidden */ } });
trouble.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("[data-take]")) { field("known").value = trouble.dataset.number ?? ""; ask("", []); unsaved = true; save(); }
  if (target.closest("[data-forget]")) { localStorage.removeItem(own); ask("", []); }
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey)) return;
  if (event.key === "s") { event.preventDefault(); unsaved = true; save({ keep: "1" }); }
  if (event.key === "Enter" && form.contains(/** @type {Node} */ (event.target))) { event.preventDefault(); /** @type {HTMLButtonElement} */ (document.querySelector("button[form=editor][title]")).click(); }
});
const leave = () => { if (document.visibilityState === "hidden") save({}, { keepalive: body.value.length < 20_000 }); };
document.addEventListener("visibilitychange", leave);
window.addEventListener("pagehide", leave);

listenToTools(form, body);
listenToFiles(form, body, say);
lookForLost();
if (matchMedia("(max-width: 980px)").matches) open(tabs[0]);
