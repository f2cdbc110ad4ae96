/** One visitor's chat on this page: the thread, what is on its way, and who is told when something changes. */

import { Outbox } from "./outbox.js";
import { Refused, request } from "./request.js";
import { Stream } from "./stream.js";
import { Thread } from "./thread.js";

/** @typedef {import("./thread.js").Message} Message */

export class Session {
  /** @param {import("../aspa.js").App} app */
  constructor(app) {
    this.app = app;
    this.thread = new Thread();
    /** Where the customer stands in the queue, the next one being first; seconds to wait when that is known. @type {{position: number, wait: number|null}|null} */
    this.place = null;
    this.peopled(app.config);
    /** @type {import("./thread.js").Face|null} */
    this.typing = null;
    this.live = false;
    /** Whether the server has told what there is, so that an empty thread really is empty. */
    this.known = false;
    /** @type {Set<() => void>} */
    this.watchers = new Set();
    /** @type {(message: Message) => void} */
    this.onIncoming = () => {};
    this.stream = new Stream(app, {
      welcome: (frame, token) => this.welcomed(frame, token),
      event: (frame) => this.happened(frame),
      live: (live) => this.setLive(live),
      refused: (error) => this.refused(error),
      hello: () => ({ language: app.language, page: this.page }),
    });
    this.outbox = new Outbox(app, {
      ready: () => this.ready(),
      sent: (answer) => this.sent(answer),
      unknown: (code) => this.refused({ code }),
      changed: () => this.changed(),
    });
    this.tabs = channel(`aspa:${app.inbox}`);
    this.tabs?.addEventListener("message", ({ data }) => {
      if (data.read) this.thread.read("contact", data.read);
      this.changed();
    });
  }

  start() {
    this.stream.start();
    void this.outbox.send();
  }

  get page() {
    return { url: location.href.slice(0, 1000), title: document.title.slice(0, 200) };
  }

  changed() {
    this.app.setUnread(this.thread.unread.length);
    for (const watcher of this.watchers) watcher();
  }

  // From the server

  /** @param {any} frame @param {string|null} token what we said hello with @returns {boolean} whether it was for us */
  welcomed(frame, token) {
    const kept = this.app.store.get("token") ?? null;
    if (kept !== token) {
      this.stream.restart(); // Another tab, or a sent message, made us known meanwhile.
      return false;
    }
    if (frame.token) this.app.store.set("token", frame.token);
    if ("online" in frame) this.peopled(frame);
    this.place = frame.place ?? null;
    if (!frame.resumed) {
      const known = this.thread.newest;
      this.thread.describe(frame.conversation);
      this.thread.start(frame.messages ?? [], Boolean(frame.more));
      // After a long cut the whole page comes again: what is in it and new has still just arrived.
      if (this.known && known) for (const message of frame.messages) message.id > known && this.arrived(message);
      for (const message of frame.messages ?? []) this.outbox.drop(message.client_id);
    }
    this.known = true;
    this.remember();
    this.tokenArrived?.();
    this.changed();
    return true;
  }

  /** Who is there and whether they have room, or when it opens; how long the queue is; other ways to write. @param {import("../aspa.js").Here} frame */
  peopled({ online, state, agents, opens, queue, otherwise }) {
    this.online = online;
    this.full = state === "full";
    this.agents = agents;
    this.opens = opens;
    this.wait = queue.wait;
    this.otherwise = otherwise;
  }

  /** @param {any} frame */
  happened(frame) {
    if (frame.type === "typing") this.setTyping(frame.agent);
    else if (frame.type === "presence") this.peopled(frame);
    else if (frame.type === "place") this.place = frame.place;
    else if (frame.kind === "read") this.thread.read(frame.by, frame.message_id);
    else {
      this.describe(frame.conversation);
      if (frame.message && this.thread.add(frame.message)) this.arrived(frame.message);
      if (frame.message) this.outbox.drop(frame.message.client_id);
      this.remember();
    }
    this.changed();
  }

  /** @param {Message} message */
  arrived(message) {
    if (message.from === "agent") this.setTyping(null);
    if (message.from !== "contact") this.onIncoming(message);
    this.app.emit("message", message);
  }

  /** @param {any} answer of POST messages, end, solved, reopen or read */
  sent(answer) {
    if (answer.token && answer.token !== this.app.store.get("token")) {
      this.app.store.set("token", answer.token);
      this.stream.restart();
    }
    this.describe(answer.conversation);
    if (answer.message && this.thread.add(answer.message)) this.app.emit("message", answer.message);
    this.remember();
    this.changed();
  }

  /** A message can find itself in another conversation than the last: after a long time, or by the customer's wish. @param {import("./thread.js").Conversation|undefined} conversation */
  describe(conversation) {
    if (conversation && this.thread.describe(conversation)) this.stream.restart();
  }

  /** The next page opens its ears at once when a conversation is going on. */
  remember() {
    const talking = Boolean(this.thread.conversation);
    if (talking !== Boolean(this.app.store.get("talking"))) this.app.store.set("talking", talking);
  }

  /** Not known as whom we said: go on as somebody the server knows. @param {{code: string}} error */
  refused({ code }) {
    if (code === "bad_identity") this.app.identity = null;
    else if (code === "bad_token" || (code === "bad_frame" && !this.known)) this.forgetToken();
  }

  forgetToken() {
    this.app.store.set("token", undefined);
    this.stream.restart();
  }

  /** A token to send with; without one for four seconds the message makes its own. @returns {Promise<void>} */
  ready() {
    if (this.app.store.get("token")) return Promise.resolve();
    return new Promise((resume) => {
      this.tokenArrived = resume;
      setTimeout(resume, 4000);
    });
  }

  /** @param {boolean} live */
  setLive(live) {
    if (live === this.live) return;
    this.live = live;
    if (live) this.outbox.hurry();
    else this.setTyping(null);
    this.changed();
  }

  /** @param {import("./thread.js").Face|null} agent */
  setTyping(agent) {
    clearTimeout(this.typingEnds);
    this.typing = agent;
    // A typist whose network fell says no goodbye.
    if (agent) this.typingEnds = setTimeout(() => (this.setTyping(null), this.changed()), 6000);
  }

  // From the person

  /** @param {string} text @param {import("./thread.js").File_[]} attachments @param {Record<string, string>} [contact] @param {boolean} [another] begins a new conversation */
  write(text, attachments, contact, another) {
    this.outbox.put({
      client_id: uuid(),
      at: new Date().toISOString(),
      text,
      attachments,
      language: this.app.language,
      page: this.page,
      contact,
      another,
    });
  }

  writing() {
    const now = Date.now();
    if (now - (this.toldTyping ?? 0) < 3000) return;
    if (this.stream.tell({ type: "typing" })) this.toldTyping = now;
  }

  /** Everything on the screen has been seen. */
  seen() {
    const last = this.thread.unread.at(-1)?.id;
    if (!last) return;
    this.thread.read("contact", last);
    this.tabs?.postMessage({ read: last });
    if (!this.stream.tell({ type: "read", message_id: last })) {
      void request(this.app, "read", { message_id: last }).then(
        (answer) => this.sent(answer),
        () => {}, // The next look at the chat says it again.
      );
    }
    this.changed();
  }

  /** @returns {Promise<void>} */
  async older() {
    const page = await request(this.app, `history?before=${this.thread.oldest}`);
    for (const message of page.messages) this.thread.add(message);
    this.thread.more = page.more && page.messages.length > 0;
    this.changed();
  }

  /** @param {"end"|"solved"|"reopen"|"transcript"} verb @param {object} [body] @returns {Promise<any>} @throws {Refused} */
  async ask(verb, body = {}) {
    const answer = await request(this.app, verb, body);
    this.sent(answer);
    return answer;
  }

  /** What to say of an error to the person. @param {unknown} error */
  explain(error) {
    return (error instanceof Refused && error.message) || this.app.word("noAnswer");
  }
}

/** @param {string} name */
function channel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null; // Where storage is blocked, Firefox refuses it; each tab is then for itself.
  }
}

/** crypto.randomUUID exists only on secure pages. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
