/** Telling when something needs this agent: the title, a sound, and the system's own notices. */
import { say, sendJson } from "./server.js";
import { openId } from "./navigate.js";
import { showToast } from "/static/shell/toasts.js";

const SOUND = "aspa:sound";
/** No new message shows it on the page. */
const TIME_RUNS_OUT = new Set(["sla_warned", "sla_breached"]);
/** Of these the system's notice says what it is; nobody's name and no customer's words, for a screen may be seen by others. */
const NOTICES = new Set(["received", "noted", "assigned", "offered", "promise_due", "promise_broken"]);
const LONG = 20_000;
let waiting = 0;

document.addEventListener("stream:event", (event) => {
  const { notify, conversation, kind } = /** @type {CustomEvent} */ (event).detail;
  if (!notify) return;
  const looking = document.visibilityState === "visible" && document.hasFocus();
  if (looking && conversation === openId()) return;
  chime();
  if (TIME_RUNS_OUT.has(kind)) showToast({ text: say(kind, { name: notify.title }), failed: kind === "sla_breached", stay: LONG, act: { label: say("open_it"), run: () => document.dispatchEvent(new CustomEvent("desk:go", { detail: { url: notify.url } })) } });
  if (looking) return;
  waiting += 1;
  document.title = `(${waiting}) ${document.title.replace(/^\(\d+\) /, "")}`;
  if (globalThis.Notification?.permission === "granted" && !subscribed) navigator.serviceWorker?.ready.then((worker) => worker.showNotification(say(NOTICES.has(kind) ? `notice_${kind}` : "notice"), { tag: `conversation-${conversation}`, data: { url: notify.url } }));
});
window.addEventListener("focus", () => { waiting = 0; document.title = document.title.replace(/^\(\d+\) /, ""); });

/** @type {AudioContext | undefined} */
let audio;
let hush = 0;

/** Two soft notes, made here: nothing to fetch. Between them the browser may let the loudspeakers sleep. */
function chime(loudness = 0.06) {
  // A page that nobody has touched may not play anything.
  if (localStorage.getItem(SOUND) === "off" || !navigator.userActivation?.hasBeenActive) return;
  try {
    audio ??= new AudioContext();
    audio.resume();
    clearTimeout(hush);
    hush = setTimeout(() => audio?.suspend(), 1000);
    const at = audio.currentTime;
    for (const [start, pitch] of [[0, 660], [0.12, 880]]) {
      const tone = audio.createOscillator(), volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, at + start);
      volume.gain.linearRampToValueAtTime(loudness, at + start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + start + 0.35);
      tone.connect(volume).connect(audio.destination);
      tone.start(at + start);
      tone.stop(at + start + 0.4);
    }
  } catch { /* The machine has nothing to sound on. */ }
}

/** Safari plays only what a click or a key has started: it is started there, in silence. */
const waken = () => { if (!audio && navigator.userActivation?.isActive) chime(0); };
for (const kind of ["click", "keydown"]) document.addEventListener(kind, waken, true);

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest?.("[data-sound]")) {
    const on = localStorage.getItem(SOUND) === "off";
    localStorage.setItem(SOUND, on ? "on" : "off");
    showToast({ text: say(on ? "sound_on" : "sound_off") });
    if (on) chime();
  }
  if (target.closest?.("[data-alerts]")) allow();
});

/* Web push: rings even when the desk is closed. */

let subscribed = false;
navigator.serviceWorker?.register("/desk/sw.js", { scope: "/desk/" }).then(async (worker) => {
  subscribed = Boolean(await worker.pushManager?.getSubscription());
}).catch(() => { /* No service worker on plain http: the desk works without. */ });

async function allow() {
  if (!globalThis.Notification || (await Notification.requestPermission()) !== "granted") return showToast({ text: say("alerts_refused"), failed: true });
  try {
    const worker = await navigator.serviceWorker.ready;
    const { key } = await (await fetch("/desk/push")).json();
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    subscribed = (await sendJson("POST", "/desk/push", subscription.toJSON())).ok;
  } catch { /* The browser has no push service here; notices of an open desk still work. */ }
  showToast({ text: say("alerts_on") });
}
