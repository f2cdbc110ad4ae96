/** Tells Aspa of the page and the cart, as far as the visitor agrees. Stands after aspa.js: module scripts run in order. */

const told = JSON.parse(document.getElementById("told")?.textContent ?? "{}");
const banner = /** @type {HTMLElement} */ (document.querySelector("[data-agree]"));
const aspa = /** @type {any} */ (window).aspa;

/** @param {Record<string, number>} cart {slug: how many} */
function tell(cart) {
  const items = Object.entries(cart).filter(([slug, quantity]) => told.goods[slug] && quantity > 0);
  aspa?.cart({
    items: items.map(([slug, quantity]) => {
      const { path, ...item } = told.goods[slug];
      return { ...item, quantity, url: new URL(path, location.href).href };
    }),
    resumeUrl: new URL(told.cart, location.href).href,
  });
}

const key = `cart:${document.body.dataset.shop}`;
const agreed = `agreed:${document.body.dataset.shop}`;
aspa?.page(told.page);
tell(JSON.parse(localStorage.getItem(key) ?? "{}"));
document.addEventListener("cart", (event) => tell(/** @type {CustomEvent} */ (event).detail));

const said = JSON.parse(localStorage.getItem(agreed) ?? "null");
if (said) aspa?.consent(said);
banner.hidden = Boolean(said);
banner.addEventListener("click", ({ target }) => {
  const answer = /** @type {HTMLElement} */ (target).dataset.visits;
  if (!answer) return;
  const consent = { visits: answer === "yes", at: new Date().toISOString() };
  localStorage.setItem(agreed, JSON.stringify(consent));
  banner.hidden = true;
  aspa?.consent(consent);
});
