// Reviews in a shop's product page: <script type="module" src="…/block.js" data-sku="…"></script> where they shall stand,
// and the average at every <span data-aspa-rating="…">. What comes from customers is only ever set as text.

/** @typedef {{ average: number, count: number, averageText: string, countText: string, label: string }} Figures */

const BASE = new URL("./", import.meta.url);
const LANGUAGE = document.documentElement.lang.slice(0, 2);
const STAR = "M10 1.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8L1.6 7.7l5.8-.8z";
const SVG = "http://www.w3.org/2000/svg";

// Its height is set from the beginning and doesn't change when the reviews come: nothing below it jumps.
const STYLE = `
:host { display: block; min-height: 23.5rem; --star: var(--aspa-star, #b7791f); --hair: color-mix(in srgb, currentColor 18%, transparent); --soft: color-mix(in srgb, currentColor 70%, transparent); color: inherit; font: inherit; line-height: 1.5; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; margin: 0; }
.top { display: flex; gap: .5rem 1.25rem; align-items: center; flex-wrap: wrap; min-height: 5.5rem; align-content: center; }
.big { font-size: 2.25rem; font-weight: 600; line-height: 1; font-variant-numeric: tabular-nums; }
.sum { display: grid; gap: .1rem; font-size: .9375rem; }
.top .write { margin-left: auto; }
h2 { font-size: 1.25rem; flex-basis: 100%; }
a { color: inherit; text-underline-offset: 3px; }
.button { display: inline-block; padding: .5rem 1rem; border: 1px solid currentColor; border-radius: .75rem; text-decoration: none; font-weight: 550; font-size: .9375rem; }
.strip { display: grid; grid-auto-flow: column; grid-auto-columns: min(20rem, 86%); gap: .875rem; height: 15rem; margin-top: .25rem; overflow-x: auto; overscroll-behavior-x: contain; scroll-snap-type: x proximity; scrollbar-width: thin; padding-bottom: .5rem; }
article { display: flex; flex-direction: column; gap: .25rem; padding: 1rem; border: 1px solid var(--hair); border-radius: .875rem; overflow: hidden; scroll-snap-align: start; font-size: .9375rem; }
h3 { font-size: 1rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; flex: none; }
.text { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; white-space: pre-line; overflow-wrap: anywhere; }
.answered .text { -webkit-line-clamp: 2; }
.answer { padding-left: .625rem; border-left: 3px solid var(--hair); font-size: .875rem; } .answer .text { -webkit-line-clamp: 2; }
.photos { display: flex; gap: .375rem; flex: none; } .photos img { width: 3rem; height: 3rem; object-fit: cover; border-radius: .5rem; display: block; }
.by { margin-top: auto; color: var(--soft); font-size: .8125rem; flex: none; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.end { padding-top: .375rem; font-size: .9375rem; }
.none { display: grid; place-content: center; justify-items: center; gap: .75rem; height: 15rem; border: 1px dashed var(--hair); border-radius: .875rem; text-align: center; padding: 1rem; }
svg { display: block; width: 6.25rem; height: 1.25rem; } .dim { fill: var(--hair); } .lit { fill: var(--star); }
:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
`;
const BADGE = `
:host { display: inline-flex; gap: .4em; align-items: center; min-width: 9.5em; height: 1lh; vertical-align: top; --star: var(--aspa-star, #b7791f); --hair: color-mix(in srgb, currentColor 18%, transparent); }
svg { width: 5em; height: 1em; flex: none; } .dim { fill: var(--hair); } .lit { fill: var(--star); } span { white-space: nowrap; font-variant-numeric: tabular-nums; }
`;

/** @param {string} name @param {Record<string, string | number>} given @param {(Node | string | null | false)[]} inside */
function make(name, given = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, String(value));
  made.append(...inside.filter((one) => one !== null && one !== false));
  return made;
}

/** Five stars of which `value` are lit. @param {number} value @param {string} label */
function stars(value, label) {
  const drawn = document.createElementNS(SVG, "svg");
  for (const [key, text] of Object.entries({ viewBox: "0 0 100 20", role: "img", "aria-label": label })) drawn.setAttribute(key, text);
  const lit = document.createElementNS(SVG, "svg");
  lit.setAttribute("width", String(20 * value));
  lit.setAttribute("height", "20");
  for (const [into, kind] of [[drawn, "dim"], [lit, "lit"]]) {
    for (let number = 0; number < 5; number++) {
      const star = document.createElementNS(SVG, "path");
      star.setAttribute("d", STAR);
      star.setAttribute("class", String(kind));
      star.setAttribute("transform", `translate(${20 * number})`);
      /** @type {Element} */ (into).append(star);
    }
  }
  drawn.append(lit);
  return drawn;
}

/** @param {HTMLElement} host @param {string} style */
function opened(host, style) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  // Not a <style>: a shop's policy may forbid those.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  return root;
}

/** @param {string} path @param {[string, string][]} asked */
async function fetched(path, asked = []) {
  const url = new URL(path, BASE);
  for (const [key, value] of [["lang", LANGUAGE], ...asked]) url.searchParams.append(key, value);
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`Reviews: ${answer.status}`);
  return answer.json();
}

/** @param {any} review @param {any} words */
function card(review, words) {
  const drawn = make(
    "article",
    review.language ? { lang: review.language } : {},
    stars(review.stars, review.label),
    review.title && make("h3", {}, review.title),
    review.text && make("p", { class: "text" }, review.text),
    review.photos.length > 0 &&
      make("div", { class: "photos" }, ...review.photos.map((/** @type {any} */ one) => make("img", { src: one.small, alt: "", width: 48, height: 48, loading: "lazy" }))),
    review.answer &&
      make("div", { class: "answer" }, make("strong", {}, [review.answer.name, review.answer.title].filter(Boolean).join(", ")), make("p", { class: "text" }, review.answer.text)),
    make("p", { class: "by" }, [review.name, review.isBuyer && words.buyer, review.atText].filter(Boolean).join(" · ")),
  );
  if (review.answer || review.photos.length) drawn.classList.add("answered");
  return drawn;
}

/** @param {HTMLElement} host @param {any} told */
function draw(host, told) {
  host.hidden = !told.on;
  if (!told.on) return;
  const { words } = told;
  const write = make("a", { class: "button write", href: told.write }, words.write);
  const top = told.count
    ? [make("span", { class: "big", "aria-hidden": "true" }, told.averageText), make("div", { class: "sum" }, stars(told.average, told.label), make("span", {}, told.countText)), write]
    : [];
  const body = told.count
    ? [
        make("div", { class: "strip", tabindex: 0, role: "region", "aria-label": words.list }, ...told.reviews.map((/** @type {any} */ one) => card(one, words))),
        make("p", { class: "end" }, make("a", { href: told.url }, words.all)),
      ]
    : [make("div", { class: "none" }, stars(0, words.none), make("p", {}, words.none), write)];
  opened(host, STYLE).replaceChildren(make("div", { class: "top" }, make("h2", {}, words.title), ...top), ...body);
  if (told.count) {
    const schema = make("script", { type: "application/ld+json" });
    schema.textContent = JSON.stringify(told.schema);
    host.append(schema);
  }
}

/** @param {HTMLElement} badge @param {Figures | undefined} told */
function mark(badge, told) {
  const inside = told?.count ? [stars(told.average, told.label), make("span", {}, `${told.averageText} (${told.count})`)] : [];
  opened(badge, BADGE).replaceChildren(...inside);
}

const badges = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-aspa-rating]"));
/** @type {Map<string, Promise<any>>} */
const known = new Map();
for (const tag of /** @type {NodeListOf<HTMLScriptElement>} */ (document.querySelectorAll("script[data-sku]"))) {
  const sku = tag.dataset.sku;
  if (tag.src !== import.meta.url || !sku) continue;
  const host = make("div", { "data-aspa-reviews": sku });
  opened(host, STYLE);
  tag.after(host);
  const coming = fetched(`block/${encodeURIComponent(sku)}/`);
  known.set(sku, coming);
  // A shop's page is whole without its reviews.
  coming.then((told) => draw(host, told), () => (host.hidden = true));
}
const others = new Set();
for (const badge of badges) {
  const sku = badge.dataset.aspaRating ?? "";
  mark(badge, undefined);
  if (known.has(sku)) known.get(sku)?.then((told) => mark(badge, told), () => {});
  else others.add(sku);
}
if (others.size) {
  const asked = /** @type {[string, string][]} */ ([...others].slice(0, 100).map((sku) => ["sku", sku]));
  fetched("ratings/", asked).then((told) => badges.forEach((badge) => others.has(badge.dataset.aspaRating) && mark(badge, told[badge.dataset.aspaRating ?? ""])), () => {});
}
