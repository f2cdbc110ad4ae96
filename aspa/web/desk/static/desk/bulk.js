/** Choosing several rows and doing one thing to all of them. */
import { post, say } from "./server.js";
import { showToast } from "/static/shell/toasts.js";

const boxes = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("#rows [data-choose]")]);
const chosen = () => boxes().filter((box) => box.checked);
let lastAt = -1;

document.addEventListener("change", (event) => {
  const box = /** @type {HTMLInputElement} */ (event.target);
  if (box.matches?.("[data-choose-all]")) boxes().forEach((one) => { one.checked = box.checked; });
  if (box.matches?.("[data-choose], [data-choose-all]")) show();
});

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("[data-unchoose]")) { boxes().forEach((box) => { box.checked = false; }); show(); }
  const menu = /** @type {HTMLElement | null} */ (target.closest("[data-bulk]"));
  if (menu) window.htmx.ajax("GET", `/desk/menus/${menu.dataset.bulk}`, { target: "#bulk-menu .menu-body", swap: "innerHTML" });
  const wish = /** @type {HTMLElement | null} */ (target.closest("[data-do]"));
  if (wish) perform(wish.dataset.do ?? "", new URLSearchParams(wish.dataset.values));
  const box = /** @type {HTMLInputElement | null} */ (target.closest("[data-choose]"));
  if (box) {
    const all = boxes(), at = all.indexOf(box);
    if (/** @type {MouseEvent} */ (event).shiftKey && lastAt >= 0) all.slice(Math.min(at, lastAt), Math.max(at, lastAt) + 1).forEach((one) => { one.checked = box.checked; });
    lastAt = at;
    show();
  }
});

/** @param {string} action @param {URLSearchParams} values */
async function perform(action, values) {
  const ids = chosen().map((box) => box.value).join(",");
  if (!ids) return;
  try {
    const answer = await post("/desk/bulk", { ids, action, ...Object.fromEntries(values) });
    const told = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}");
    for (const [name, detail] of Object.entries(told)) document.dispatchEvent(new CustomEvent(name, { detail }));
    if (answer.ok) { boxes().forEach((box) => { box.checked = false; }); show(); }
  } catch { showToast({ text: document.body.dataset.failed ?? "", failed: true }); }
}

function show() {
  const bar = document.getElementById("bulk"), count = chosen().length;
  if (!bar) return;
  bar.hidden = !count;
  document.getElementById("list")?.classList.toggle("choosing", count > 0);
  /** @type {HTMLElement} */ (bar.querySelector("[data-chosen-count]")).textContent = say("chosen", { count });
  /** @type {HTMLInputElement} */ (bar.querySelector("[data-choose-all]")).checked = count > 0 && count === boxes().length;
}
