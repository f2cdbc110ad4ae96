/** Elements made in code. Outside text only ever becomes text nodes. */

/**
 * @param {string} tag @param {Record<string, any>} [given] properties; names with a dash, `role`, `for` and `list` become attributes, `on` names events
 * @param {...(Node|string|null|undefined|false)} children @returns {any} the element
 */
export function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (/-|^role$|^for$/.test(name)) made.setAttribute(name, String(value));
    else /** @type {any} */ (made)[name] = value;
  }
  made.append(.../** @type {(Node|string)[]} */ (children.filter((child) => child || child === "")));
  return made;
}

const PATHS = {
  attach: "M20 11.5 12.5 19a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 4.7 4.7l-8 8a1.7 1.7 0 0 1-2.4-2.4L15 7",
  send: "M12 19V5M6 11l6-6 6 6",
  minimise: "M6 12h12",
  close: "M6 6l12 12M18 6 6 18",
  sound: "M4 10v4h4l5 4V6L8 10zM17 9c1.3 1.8 1.3 4.2 0 6",
  muted: "M4 10v4h4l5 4V6L8 10zM17 9.5l4 5M21 9.5l-4 5",
  smile: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M8.5 14c1.6 2.4 5.4 2.4 7 0M9 9.5v.5M15 9.5v.5",
  file: "M6 3.5h8l4 4v13H6zM14 3.5v4h4",
  mail: "M3 6h18v12H3zM3 7l9 6 9-6",
  alert: "M12 8v5M12 16.2v.1M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17",
  check: "m5 12.5 4.5 4.5L19 7.5",
  down: "M12 5v14M6 13l6 6 6-6",
  clock: "M12 7v5l3 2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** @param {keyof typeof PATHS} name @param {string} label @param {() => void} act @param {Record<string, any>} [more] */
export function iconButton(name, label, act, more = {}) {
  return el("button", { type: "button", className: "icon", "aria-label": label, title: label, on: { click: act }, ...more }, icon(name));
}

/** A person's or brand's picture, or initials while there is none. @param {string|null} picture @param {string} initials @param {string} [more] */
export function face(picture, initials, more = "") {
  const circle = el("span", { className: `face ${more}`, "aria-hidden": "true" }, initials);
  if (picture) {
    const image = el("img", { alt: "", src: picture, on: { error: () => image.remove() } });
    circle.append(image);
  }
  return circle;
}

const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;

/** Text with its addresses as links; line breaks are kept by CSS (pre-wrap). @param {string} text @returns {(Node|string)[]} */
export function linked(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    // A sentence's own full stop or bracket isn't part of the address.
    const address = found[0].replace(/[.,;:!?'”’]+$/, "").replace(/\)$/, (end) => (found[0].includes("(") ? end : ""));
    const mail = !/^(https?:|www\.)/i.test(address);
    const href = mail ? `mailto:${address}` : /^www\./i.test(address) ? `https://${address}` : address;
    parts.push(text.slice(at, found.index));
    parts.push(el("a", mail ? { href } : { href, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    at = found.index + address.length;
  }
  return [...parts, text.slice(at)];
}

/** @param {number} bytes @param {string} language */
export function size(bytes, language) {
  const [amount, unit] = bytes < 1048576 ? [bytes / 1024, "kilobyte"] : [bytes / 1048576, "megabyte"];
  const digits = amount < 10 && unit === "megabyte" ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: digits }).format(Math.max(amount, 1));
}
