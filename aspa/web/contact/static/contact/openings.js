// Keeps what the contact page says of the chat true: when a socket tells that something changed, the words are fetched anew.

const PING_EVERY = 25_000;
const AGAIN_AFTER = 5_000;

/** @param {HTMLElement} list the <ul> with `data-refresh`, the address of its own words */
function follow(list) {
  for (const path of new Set([...list.querySelectorAll("[data-socket]")].map((item) => item.dataset.socket))) {
    listen(path, () => refresh(list));
  }
}

/**
 * @param {string} path of a chat's socket
 * @param {() => void} changed
 */
function listen(path, changed) {
  const socket = new WebSocket(new URL(path, location.href.replace(/^http/, "ws")));
  let ping = 0;
  let said = "";
  socket.onopen = () => {
    socket.send(JSON.stringify({ type: "hello", language: document.documentElement.lang }));
    ping = setInterval(() => socket.send('{"type":"ping"}'), PING_EVERY);
  };
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type !== "welcome" && frame.type !== "presence") return;
    const now = JSON.stringify([frame.state, frame.opens, frame.queue]);
    // The page itself was true a moment ago, unless the socket was away meanwhile.
    if (now !== said) changed();
    said = now;
  };
  socket.onclose = () => {
    clearInterval(ping);
    // Spread, so that a restart isn't met by everybody at once.
    setTimeout(() => listen(path, changed), AGAIN_AFTER * (1 + Math.random()));
  };
}

/** @param {HTMLElement} list */
async function refresh(list) {
  try {
    const answer = await fetch(list.dataset.refresh ?? "");
    if (!answer.ok) return;
    const words = (await answer.text()).trim();
    if (words !== list.innerHTML.trim()) list.innerHTML = words;
  } catch {
    // The network is away; the socket comes back and asks again.
  }
}

for (const list of document.querySelectorAll("ul[data-refresh]")) follow(/** @type {HTMLElement} */ (list));
