/** Asking and telling the server, and the words this page says. */

/** @type {Record<string, string>} */
const words = JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}");

/** A sentence by name, with {places} filled. @param {string} name @param {Record<string, string | number>} [values] */
export function say(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (_all, key) => String(values[key] ?? ""));
}

/** @returns {Record<string, string>} */
function headers() {
  return { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };
}

/** The text of a page part; throws when the server can't be asked or refuses. @param {string} url */
export async function getPart(url) {
  const answer = await fetch(url, { headers: headers() });
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Failure(answer.status);
  return answer.text();
}

/** No answer by then (ms) is a network that is gone without having said so. */
const PATIENCE = 20_000;

/** @param {string} url @param {Record<string, string | string[]>} values @param {RequestInit} [options] */
export async function post(url, values, options = {}) {
  const body = new FormData();
  for (const [key, value] of Object.entries(values)) for (const one of [value].flat()) body.append(key, one);
  const answer = await fetch(url, { method: "POST", headers: headers(), body, signal: AbortSignal.timeout(PATIENCE), ...options });
  // Signed out, in another tab perhaps: what is written is kept here and goes on after signing in.
  if (answer.status === 401) location.reload();
  return answer;
}

/** @param {string} url @param {File} file */
export function upload(url, file) {
  const body = new FormData();
  body.append("file", file, file.name || "image.png");
  return fetch(url, { method: "POST", headers: headers(), body });
}

/** @param {string} method @param {unknown} value */
export function sendJson(method, url = "", value = {}) {
  return fetch(url, { method, headers: { ...headers(), "Content-Type": "application/json" }, body: JSON.stringify(value) });
}

export class Failure extends Error {
  /** @param {number} status */
  constructor(status) { super(`HTTP ${status}`); this.status = status; }
}

/** Runs once things are quiet for a while. @param {() => void} run @param {number} wait milliseconds */
export function settled(run, wait) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = window.setTimeout(run, wait); };
}

/** An id of our own for a message, so that sending it twice is harmless. */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} id @returns {DocumentFragment} */
export function copyOf(id) {
  return /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (document.getElementById(id)).content.cloneNode(true));
}

/** @param {string} html @returns {Element[]} */
export function elements(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return [...template.content.children];
}
