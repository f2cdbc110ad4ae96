/** The live stream: a socket that goes on where it was, or plain GETs where sockets are blocked.
 * Everything that comes is told as a document event: "stream:event", "stream:typing", "stream:viewing", "stream:presence",
 * "stream:me". */
import { idle } from "/static/shell/at_work.js";
import { say } from "./server.js";

const desk = document.getElementById("desk");
const SIGNED_OUT = 4401, PING = 25_000, POLL = 4_000, TRY_SOCKET_AGAIN = 60_000, LONGEST_WAIT = 15_000;

/** @type {WebSocket | null} */
let socket = null;
let cursor = desk?.dataset.cursor || null;
/** Whether sockets get through here: then a refused one means a server that restarts, not a network that blocks them. */
let proven = false;
let failures = 0, watched = 0, polling = false, heard = 0;

/** @param {object} frame @returns {boolean} whether it went */
export function send(frame) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(frame));
  return true;
}

/** Tell which conversation is on the screen. @param {number} id */
export function watch(id) {
  watched = id;
  send({ type: "watch", conversation: id || null });
}

export function connect() {
  if (socket || document.visibilityState === "prerender") return;
  const address = new URL("/live/desk", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  socket = new WebSocket(address);
  let opened = false;
  socket.onopen = () => {
    opened = proven = true;
    failures = 0;
    polling = false;
    heard = Date.now();
    // Before anybody is told that they are there.
    if (idle) send({ type: "idle", idle });
    send({ type: "hello", after: cursor });
    if (watched) send({ type: "watch", conversation: watched });
    document.dispatchEvent(new CustomEvent("stream:open"));
    showState(true);
  };
  socket.onmessage = ({ data }) => { heard = Date.now(); take(JSON.parse(data)); };
  socket.onclose = ({ code }) => {
    if (code === SIGNED_OUT) return location.reload();
    lost(opened);
  };
}

/** @param {boolean} opened */
function lost(opened) {
  socket = null;
  failures += 1;
  showState(false);
  if (!opened && failures >= 2) poll();
  // Everybody is cut at once when a server restarts; the waits are spread so that not everybody comes back at once.
  setTimeout(connect, polling && !proven ? TRY_SOCKET_AGAIN : Math.random() * Math.min(LONGEST_WAIT, 500 * 2 ** failures));
}

/** Without waiting for the other side to agree to the end: where there is no network it never would. */
function cut() {
  if (!socket) return;
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
  lost(true);
}

setInterval(() => {
  if (!socket || socket.readyState !== WebSocket.OPEN) return;
  if (Date.now() - heard > PING * 2.5) cut();
  else send({ type: "ping", idle });
}, PING);
window.addEventListener("online", () => { failures = 0; connect(); });
window.addEventListener("offline", cut);

/** @param {any} frame */
function take(frame) {
  if (frame.cursor) cursor = frame.cursor;
  // Our place is of another life of the database: what is on the screen is asked for anew.
  if (frame.type === "reload") document.dispatchEvent(new CustomEvent("stream:lost"));
  document.dispatchEvent(new CustomEvent(`stream:${frame.type}`, { detail: frame }));
}

async function poll() {
  if (polling) return;
  polling = true;
  while (polling && !(socket?.readyState === WebSocket.OPEN)) {
    try {
      const answer = await fetch(`/live/desk/events${cursor ? `?after=${encodeURIComponent(cursor)}` : ""}`);
      if (answer.ok) {
        const { cursor: next, events } = await answer.json();
        events.forEach((/** @type {any} */ event) => take({ type: "event", ...event }));
        cursor = next;
        showState(true);
      } else showState(false);
    } catch { showState(false); }
    await new Promise((go) => setTimeout(go, POLL));
  }
}

let hiding = 0, up = true;
/** @param {boolean} connected */
function showState(connected) {
  // Said once: every further failed attempt would put the word off again.
  if (connected === up) return;
  up = connected;
  if (up) document.dispatchEvent(new CustomEvent("stream:back"));
  const place = document.getElementById("connection");
  if (!place) return;
  clearTimeout(hiding);
  // A blink of the network isn't worth a word.
  hiding = window.setTimeout(() => {
    place.hidden = connected;
    if (!connected) /** @type {HTMLElement} */ (place.querySelector("span")).textContent = say("offline");
  }, connected ? 0 : 2500);
}
