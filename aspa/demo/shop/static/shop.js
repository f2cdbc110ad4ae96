/** The cart, kept in the browser: {slug: how many}. */

const key = `cart:${document.body.dataset.shop}`;

/** @returns {Record<string, number>} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {Record<string, number>} cart */
function write(cart) {
  localStorage.setItem(key, JSON.stringify(cart));
  document.dispatchEvent(new CustomEvent("cart", { detail: cart }));
  show();
}

function show() {
  const cart = read();
  const number = Object.values(cart).reduce((sum, one) => sum + one, 0);
  const count = /** @type {HTMLElement} */ (document.querySelector("[data-cart-count]"));
  count.textContent = String(number);
  count.hidden = number === 0;
  showRows(cart);
}

/** @param {Record<string, number>} cart */
function showRows(cart) {
  const empty = /** @type {HTMLElement|null} */ (document.querySelector("[data-cart-empty]"));
  if (!empty) return;
  let cents = 0;
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-cart] > li"))) {
    const number = cart[row.dataset.slug ?? ""] ?? 0;
    row.hidden = number === 0;
    /** @type {HTMLElement} */ (row.querySelector("[data-number]")).textContent = String(number);
    cents += number * Number(row.dataset.cents);
  }
  empty.hidden = cents > 0;
  /** @type {HTMLElement} */ (document.querySelector("[data-cart-sum]")).hidden = cents === 0;
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" });
  /** @type {HTMLElement} */ (document.querySelector("[data-total]")).textContent = money.format(cents / 100);
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (button?.dataset.add) {
    const cart = read();
    write({ ...cart, [button.dataset.add]: (cart[button.dataset.add] ?? 0) + 1 });
    /** @type {HTMLElement} */ (document.querySelector("[data-add-said]")).textContent = button.dataset.said ?? "";
  } else if (button?.dataset.remove) {
    const { [button.dataset.remove]: _gone, ...rest } = read();
    write(rest);
  }
});
addEventListener("storage", show);
show();
