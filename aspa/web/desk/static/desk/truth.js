/** The top line, what customers are being told right now: drawn anew at once when somebody comes or goes, and a little
 * later for whatever else happens. */
import { getPart } from "./server.js";

const SOON = 250, LATER = 5_000, MINUTE = 60_000;
const place = /** @type {HTMLElement} */ (document.getElementById("truth"));
let timer = 0, due = Infinity;

/** @param {number} wait milliseconds, at most */
function refresh(wait) {
  const at = Date.now() + wait;
  if (due <= at) return;
  due = at;
  clearTimeout(timer);
  timer = window.setTimeout(draw, wait);
}

async function draw() {
  due = Infinity;
  try {
    const html = await getPart("/desk/truth");
    if (place.innerHTML !== html) place.innerHTML = html;
  } catch { /* The stream tells again when the network is back. */ }
}

for (const name of ["stream:presence", "stream:open"]) document.addEventListener(name, () => refresh(SOON));
for (const name of ["stream:event", "desk:changed"]) document.addEventListener(name, () => refresh(LATER));
// Doors open and close by themselves.
setInterval(() => { if (document.visibilityState === "visible") refresh(LATER); }, MINUTE);
