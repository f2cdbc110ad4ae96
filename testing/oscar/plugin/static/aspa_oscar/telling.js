/** Tells Aspa of the page and the cart, as far as the visitor agrees. Stands after aspa.js: module scripts run in order. */

const told = JSON.parse(document.getElementById("aspa-told").textContent);
const banner = document.getElementById("aspa-consent");

aspa.page(told.page);
aspa.cart(told.cart);
const said = JSON.parse(localStorage.getItem("consent") ?? "null");
if (said) aspa.consent(said);
banner.hidden = Boolean(said);

banner.addEventListener("click", ({ target }) => {
  if (!target.dataset.visits) return;
  const consent = { visits: target.dataset.visits === "yes", at: new Date().toISOString() };
  localStorage.setItem("consent", JSON.stringify(consent));
  banner.hidden = true;
  aspa.consent(consent);
});
