/** Where a phone's keyboard covers the page instead of shrinking it (Safari, Firefox before 132), the desk is made as tall
 * as what is left to see: the newest message stays above the composer. */
const view = window.visualViewport;
const BARS = 80; // px that a browser's own bars come and go by

function fit() {
  // Who has zoomed in wants to see larger, not less.
  if (!view || view.scale > 1.01) return;
  const covered = window.innerHeight - view.height > BARS;
  if (!covered) return void document.documentElement.style.removeProperty("--seen");
  document.documentElement.style.setProperty("--seen", `${Math.floor(view.height)}px`);
  window.scrollTo(0, 0);
}
view?.addEventListener("resize", fit);
