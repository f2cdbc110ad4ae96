/** Menus are native popovers. This file places one beside its button, loads what it holds when it opens
 * (`hx-trigger="open"`), and moves between its items with the arrow keys. */

/** @type {WeakMap<Element, HTMLElement>} the button that opened each menu */
const openers = new WeakMap();

document.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest?.("[popovertarget]");
  const menu = button && document.getElementById(button.getAttribute("popovertarget") ?? "");
  if (menu && button) openers.set(menu, /** @type {HTMLElement} */ (button));
}, true);

document.addEventListener("toggle", (event) => {
  const menu = /** @type {HTMLElement} */ (event.target);
  if (!menu.matches?.("[popover]") || menu.id === "toasts") return;
  const open = /** @type {ToggleEvent} */ (event).newState === "open";
  openers.get(menu)?.setAttribute("aria-expanded", String(open));
  if (!open) return;
  place(menu);
  window.htmx?.trigger(menu, "open");
  focusFirst(menu);
}, true);

document.addEventListener("htmx:afterSettle", (event) => {
  const menu = /** @type {HTMLElement} */ (event.target).closest?.("[popover]:popover-open");
  if (menu && menu.id !== "toasts") { place(/** @type {HTMLElement} */ (menu)); focusFirst(menu); }
});

/** A chosen item closes its menu, unless the menu takes several choices (`data-stay`). */
document.addEventListener("click", (event) => {
  const item = /** @type {Element} */ (event.target).closest?.("[popover] :is(button, a):not([popovertarget])");
  const menu = item?.closest("[popover]");
  if (menu && !menu.matches("[data-stay], #toasts")) setTimeout(() => /** @type {HTMLElement} */ (menu).hidePopover?.());
});

document.addEventListener("keydown", (event) => {
  const menu = /** @type {Element} */ (event.target).closest?.("[popover]:popover-open");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const items = [...menu.querySelectorAll("button, a, input")].filter((item) => !(/** @type {HTMLElement} */ (item).hidden) && item.getClientRects().length);
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key] ?? 0;
  const at = items.indexOf(/** @type {Element} */ (document.activeElement));
  const next = Number.isFinite(step) ? (at + step + items.length) % items.length : step < 0 ? 0 : items.length - 1;
  /** @type {HTMLElement} */ (items[next])?.focus();
  event.preventDefault();
});

/** Beside its button; beside `data-anchor` when a key or another menu opened it. @param {HTMLElement} menu */
export function place(menu) {
  const opener = openers.get(menu);
  const anchor = opener?.getClientRects().length ? opener : document.querySelector(menu.dataset.anchor ?? "nothing");
  if (!anchor) return;
  const at = anchor.getBoundingClientRect(), size = menu.getBoundingClientRect(), gap = 6;
  const above = at.bottom + gap + size.height > innerHeight && at.top > innerHeight - at.bottom;
  menu.style.top = `${above ? Math.max(gap, at.top - gap - size.height) : at.bottom + gap}px`;
  const left = at.left + size.width > innerWidth - gap ? at.right - size.width : at.left;
  menu.style.left = `${Math.max(gap, Math.min(left, innerWidth - size.width - gap))}px`;
}

/** @param {Element} menu */
function focusFirst(menu) {
  const first = [...menu.querySelectorAll("[autofocus], input:not([type=hidden]), select, [aria-checked=true], .menu button, .menu a, .emoji button")].find((item) => item.getClientRects().length);
  if (first && !menu.contains(document.activeElement)) /** @type {HTMLElement} */ (first).focus({ preventScroll: true });
}
