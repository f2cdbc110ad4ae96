/** What has been sent from here and isn't known to be stored. The browser keeps it, a list for each conversation, so that
 * neither a reload nor leaving the conversation loses it; the client id makes it one message however often it is tried. */
import { post, say } from "./server.js";
import { openId } from "./navigate.js";
import { showToast } from "/static/shell/toasts.js";

/** @typedef {import("./composer.js").Outgoing} Outgoing */

const PREFIX = `aspa:outbox:${document.getElementById("desk")?.dataset.agent}:`;

/** In the order they were written. @param {number} conversation @returns {Outgoing[]} */
export function outgoing(conversation) {
  try { return JSON.parse(localStorage.getItem(PREFIX + conversation) ?? "[]"); } catch { return []; }
}

/** @param {number} conversation @param {Outgoing} one */
export function keep(conversation, one) { write(conversation, [...outgoing(conversation), one]); }

/** @param {number} conversation @param {Outgoing} one */
export function forget(conversation, one) { write(conversation, outgoing(conversation).filter((other) => other.client !== one.client)); }

/** @param {number} conversation @param {Outgoing} one @returns {Promise<Response>} */
export function hand(conversation, { client, mode, text, files, options = {}, until = "", promised = [] }) {
  const { via, cc = [], bcc = [], subject = "" } = options;
  return post(`/desk/conversations/${conversation}/${mode === "reply" ? "replies" : "notes"}`, { text, client_id: client, attachments: files.map((file) => file.id), via: via ? String(via) : "", cc, bcc, subject, until, promise_text: promised.map((one) => one.text), promise_due: promised.map((one) => one.due) });
}

/** @param {number} conversation @param {Outgoing[]} all */
function write(conversation, all) {
  try {
    if (all.length) localStorage.setItem(PREFIX + conversation, JSON.stringify(all));
    else localStorage.removeItem(PREFIX + conversation);
  } catch { /* Storage is full or blocked: it lasts as long as the page. */ }
}

/* What waits in conversations that aren't on the screen goes as soon as there is a connection, and says so. */

let busy = false;
async function sendTheRest() {
  if (busy) return;
  busy = true;
  try {
    const waiting = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => Number(key.slice(PREFIX.length)));
    for (const conversation of waiting) if (conversation !== openId()) await sendIn(conversation);
  } catch { /* Without a connection; it comes back. */ } finally { busy = false; }
}

/** @param {number} conversation */
async function sendIn(conversation) {
  const act = { label: say("open_it"), run: () => document.dispatchEvent(new CustomEvent("desk:go", { detail: { url: `/desk/conversations/${conversation}/` } })) };
  for (const one of outgoing(conversation)) {
    const answer = await hand(conversation, one);
    if (!answer.ok) return complain(one, act);
    forget(conversation, one);
    showToast({ text: say("sent_elsewhere"), act });
  }
}

/** Once; the conversation itself says why. @type {Set<string>} */
const complained = new Set();
/** @param {Outgoing} one @param {{label: string, run: () => void}} act */
function complain(one, act) {
  if (!complained.has(one.client)) showToast({ text: say("not_sent_elsewhere"), failed: true, act });
  complained.add(one.client);
}

document.addEventListener("stream:open", sendTheRest);
document.addEventListener("stream:back", sendTheRest);
