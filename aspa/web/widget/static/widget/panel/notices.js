/** What tells that an answer came while the customer was elsewhere: a sound, the page's title, a peek beside the launcher. */

import { el, face, iconButton } from "./dom.js";
import { calls } from "./thread.js";

/** @typedef {import("./thread.js").Message} Message */

export class Notices {
  /** @param {import("../aspa.js").App} app @param {import("./session.js").Session} session */
  constructor(app, session) {
    this.app = app;
    this.session = session;
    /** @type {AudioContext|undefined} */
    this.sound = undefined;
    session.onIncoming = (message) => this.incoming(message);
    session.watchers.add(() => this.drawTitle());
    document.addEventListener("visibilitychange", () => this.drawTitle());
    for (const kind of ["click", "keydown"]) document.addEventListener(kind, () => this.waken(), true);
  }

  /** @param {Message} message */
  incoming(message) {
    if (!calls(message)) return;
    void this.once(message.id, () => this.blip());
    if (!this.app.opened) this.peek(message);
  }

  /** Of several tabs only one makes the sound. @param {number} id @param {() => void} act */
  async once(id, act) {
    // A page that nobody has touched may not play anything; leave it to one that may.
    if (this.app.store.get("muted") || !(navigator.userActivation?.hasBeenActive ?? true)) return;
    if (!navigator.locks) return act();
    await navigator.locks.request(`aspa:${this.app.inbox}:blip:${id}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      act();
      await new Promise((resume) => setTimeout(resume, 3000));
    }).catch(() => act()); // Blocked storage has no locks.
  }

  /** Safari plays only what a click or a key has started: start there, in silence. */
  waken() {
    if (!this.sound && !this.app.store.get("muted") && navigator.userActivation?.isActive) this.blip(0);
  }

  /** Two soft notes. Between them the browser may let the loudspeakers sleep. @param {number} [loudness] */
  blip(loudness = 0.07) {
    const sound = (this.sound ??= new AudioContext());
    void sound.resume();
    clearTimeout(this.hush);
    this.hush = setTimeout(() => void sound.suspend(), 1000);
    [660, 880].forEach((pitch, i) => {
      const at = sound.currentTime + i * 0.11;
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(loudness, at + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
      tone.connect(volume).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    });
  }

  drawTitle() {
    const count = this.session.thread.unread.length;
    const bare = this.marked && document.title.startsWith(this.marked) ? document.title.slice(this.marked.length) : document.title;
    this.marked = count && document.visibilityState === "hidden" ? `(${count}) ` : "";
    if (document.title !== this.marked + bare) document.title = this.marked + bare;
    if (!count) this.hide();
  }

  /** @param {Message} message */
  peek(message) {
    this.hide();
    const { app } = this;
    const agent = message.agent;
    const text = message.text || message.attachments.map((file) => file.name).join(", ");
    const name = agent?.name ?? app.config.brand.name;
    this.box = el(
      "div",
      { className: "peek", role: "status", lang: app.language },
      el(
        "button",
        { type: "button", className: "say", on: { click: () => void app.open() } },
        face(agent?.picture ?? null, agent?.initials ?? app.config.brand.initial),
        el("span", {}, el("b", {}, name), text.slice(0, 240)),
      ),
      iconButton("close", app.word("dismiss"), () => this.hide()),
    );
    app.root.append(this.box);
  }

  hide() {
    this.box?.remove();
    this.box = undefined;
  }
}
