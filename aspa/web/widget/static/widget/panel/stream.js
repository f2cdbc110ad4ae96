/**
 * What the server tells, as it happens: a WebSocket that resumes where it was cut, and where sockets are blocked
 * the same events by long poll. `cursor` says how far this page has got.
 */

import { Refused, request } from "./request.js";

const PING = 25000;
const PATIENCE = 40000; // A living socket answers pings: longer silence is a dead network.
const POLL_FOR = 180000; // Then a socket is tried again.

export class Stream {
  /**
   * @param {import("../aspa.js").App} app
   * @param {{welcome: (frame: any, token: string|null) => boolean, event: (frame: any) => void, live: (live: boolean) => void,
   *   hello: () => object, refused: (error: {code: string}) => void}} owner
   */
  constructor(app, owner) {
    this.app = app;
    this.owner = owner;
    /** @type {string|null} */
    this.cursor = null;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.welcomed = false;
    this.running = false;
    this.failures = 0; // since the last welcome
    this.unheard = 0; // sockets that never got as far as a welcome
    this.proven = false; // a socket has got through: what refuses the next one is a server that restarts, not a blocked way
    this.heard = 0;
    this.round = 0;
    this.wake = () => {};
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.socket && this.lost(this.socket, 0));
    addEventListener("pagehide", () => this.stop());
    addEventListener("pageshow", (event) => event.persisted && this.start());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.check());
    setInterval(() => this.beat(), PING);
  }

  start() {
    if (this.running) return;
    this.running = true;
    void this.run(++this.round);
  }

  stop() {
    this.running = false;
    this.round += 1;
    this.wake();
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  /** As another visitor, or as the same one freshly. */
  restart() {
    this.stop();
    this.cursor = null;
    this.start();
  }

  hurry() {
    this.failures = 0;
    this.wake();
  }

  /** @param {object} frame @returns {boolean} whether it went */
  tell(frame) {
    if (!this.welcomed || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(this.app.json(frame));
    return true;
  }

  /** @param {number} round */
  async run(round) {
    while (this.running && round === this.round) {
      const code = this.unheard < 2 ? await this.listen() : await this.poll(round);
      if (!this.running || round !== this.round) return;
      this.owner.live(false);
      await this.pause(code);
    }
  }

  /** One socket's whole life. @returns {Promise<number>} its close code */
  listen() {
    return new Promise((ended) => {
      const token = this.app.store.get("token") ?? null;
      const socket = new WebSocket(`${this.app.base.replace(/^http/, "ws")}socket`);
      this.socket = socket;
      this.welcomed = false;
      this.ended = ended;
      const slow = setTimeout(() => this.lost(socket, 0), 8000);
      socket.onopen = () =>
        socket.send(this.app.json({ type: "hello", token, identity: this.app.identity, after: this.cursor, ...this.owner.hello() }));
      socket.onmessage = (message) => {
        if (socket !== this.socket) return;
        this.heard = Date.now();
        const frame = JSON.parse(message.data);
        if (frame.type === "welcome") {
          clearTimeout(slow);
          this.welcomed = this.proven = true;
        }
        this.take(frame, token);
      };
      socket.onclose = (event) => {
        clearTimeout(slow);
        this.lost(socket, event.code);
      };
    });
  }

  /** @param {WebSocket} socket @param {number} code */
  lost(socket, code) {
    if (socket !== this.socket) return;
    this.socket = null;
    socket.onclose = socket.onmessage = null;
    socket.close();
    if (!this.welcomed && navigator.onLine) this.unheard += 1;
    this.welcomed = false;
    this.ended?.(code);
  }

  /** @param {number} round @returns {Promise<number>} */
  async poll(round) {
    const brief = this.proven;
    const until = Date.now() + (brief ? 0 : POLL_FOR);
    try {
      do {
        const token = this.app.store.get("token") ?? null;
        const after = this.cursor && encodeURIComponent(this.cursor);
        const answer = await request(this.app, after ? `events?after=${after}&wait=${brief ? 0 : 20}` : "events", undefined, PATIENCE);
        this.proven = false;
        if (round !== this.round) return 0;
        if (answer.messages) this.take({ ...answer, type: "welcome" }, token);
        else {
          this.failures = 0;
          this.owner.live(true);
          for (const frame of [...answer.events ?? [], ...answer.now ?? []]) this.take(frame, token);
          this.cursor = answer.cursor ?? this.cursor;
        }
      } while (this.running && round === this.round && Date.now() < until);
      this.unheard = 1; // One socket more; if that is cut off too, back here.
      return 1012;
    } catch (error) {
      if (error instanceof Refused && error.final) {
        this.cursor = null;
        this.owner.refused(error);
      }
      return 0;
    }
  }

  /** @param {any} frame @param {string|null} token the one we said hello with */
  take(frame, token) {
    if (frame.cursor) this.cursor = frame.cursor;
    if (frame.type === "welcome") {
      this.failures = 0;
      if (this.socket) this.unheard = 0;
      if (this.owner.welcome(frame, token)) this.owner.live(true);
    } else if (frame.type === "error") {
      this.unheard = 0; // Sockets do get through.
      this.owner.refused(frame);
    }
    else if (frame.type !== "pong") this.owner.event(frame);
  }

  /** Wait before the next attempt, longer each time and never in step with others. @param {number} code */
  pause(code) {
    // A server that restarts (1012) has all its visitors coming back at once.
    const most = code === 1012 ? 3000 : Math.min(30000, 500 * 2 ** this.failures);
    this.failures += 1;
    return new Promise((resume) => {
      const timer = setTimeout(resume, most * (0.3 + Math.random() * 0.7));
      this.wake = () => {
        clearTimeout(timer);
        resume(undefined);
      };
    });
  }

  beat() {
    if (!this.socket || !this.welcomed) return;
    if (Date.now() - this.heard > PATIENCE) this.lost(this.socket, 0);
    else this.tell({ type: "ping", ...this.owner.hello() });
  }

  /** The page is looked at again, perhaps after a night: a socket may be dead without having said so. */
  check() {
    this.hurry();
    const socket = this.socket;
    if (!socket || !this.tell({ type: "ping" })) return;
    this.tell({ type: "page", ...this.owner.hello() });
    const asked = Date.now();
    setTimeout(() => socket === this.socket && this.heard < asked && this.lost(socket, 0), 5000);
  }
}
