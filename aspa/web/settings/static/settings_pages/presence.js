/** An agent who is in the settings is at work too: a socket to the desk's stream that listens to nothing. What customers
 * are told stands on these pages too, and is asked for anew every minute, when the page is turned to, and with the socket. */
import { idle } from "/static/shell/at_work.js";

const SIGNED_OUT = 4401, PING = 25_000, LONGEST_WAIT = 60_000, MINUTE = 60_000, NOTICED = 1_000;

/** @type {WebSocket | null} */
let socket = null;
let failures = 0;

function connect() {
  const address = new URL("/live/desk", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  socket = new WebSocket(address);
  socket.onopen = () => { failures = 0; tell({ type: "ping", idle }); setTimeout(askForTruth, NOTICED); };
  socket.onclose = ({ code }) => {
    socket = null;
    // What is being filled in stays; sending it asks for the sign-in.
    if (code === SIGNED_OUT) return;
    failures += 1;
    setTimeout(connect, (0.5 + Math.random() / 2) * Math.min(LONGEST_WAIT, 1000 * 2 ** failures));
  };
}

/** @param {object} frame */
function tell(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function askForTruth() {
  if (document.visibilityState === "visible") window.htmx.trigger("#truth", "stale");
}

document.addEventListener("visibilitychange", askForTruth);
setInterval(askForTruth, MINUTE);
setInterval(() => tell({ type: "ping", idle }), PING);
document.addEventListener("idle:changed", () => tell({ type: "idle", idle }));
connect();
