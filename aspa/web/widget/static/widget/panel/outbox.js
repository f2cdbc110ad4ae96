/**
 * Messages on their way. Each is one key of localStorage, so tabs never overwrite one another's, and stays there
 * until the server has said it is stored. Sending twice is harmless: the server knows the client_id.
 *
 * @typedef {import("./thread.js").File_} File_
 * @typedef {{client_id: string, at: string, text: string, attachments: File_[], language: string,
 *   page: {url: string, title: string}, contact?: Record<string, string>, another?: boolean, error?: string}} Letter
 */

import { Refused, request } from "./request.js";

export class Outbox {
  /**
   * @param {import("../aspa.js").App} app
   * @param {{ready: () => Promise<void>, sent: (answer: any) => void, unknown: (code: string) => void, changed: () => void}} owner
   */
  constructor(app, owner) {
    this.app = app;
    this.owner = owner;
    this.prefix = `aspa:${app.inbox}:out:`;
    this.attempt = 0;
    this.busy = false;
    this.wake = () => {};
    addEventListener("online", () => this.hurry());
    addEventListener("storage", (event) => {
      if (!event.key?.startsWith(this.prefix)) return;
      this.owner.changed();
      void this.send();
    });
  }

  /** @returns {Letter[]} in the order they were written */
  get letters() {
    return this.app.store
      .keys(this.prefix)
      .map((key) => /** @type {Letter} */ (this.app.store.read(key)))
      .filter(Boolean)
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** @param {Letter} letter */
  put(letter) {
    this.app.store.write(this.prefix + letter.client_id, letter);
    this.owner.changed();
    this.hurry();
  }

  /** @param {string|null} id */
  drop(id) {
    if (!id || !this.app.store.read(this.prefix + id)) return;
    this.app.store.remove(this.prefix + id);
    this.owner.changed();
  }

  /** @param {string} id */
  retry(id) {
    const letter = this.app.store.read(this.prefix + id);
    if (letter) this.put({ ...letter, error: undefined });
  }

  /** Try now rather than when the wait is over. */
  hurry() {
    this.attempt = 0;
    this.wake();
    void this.send();
  }

  async send() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.next) {
        await this.owner.ready();
        const wait = await this.alone(() => this.sendNext());
        if (wait) await this.sleep(wait);
      }
    } finally {
      this.busy = false;
    }
  }

  /** @returns {Letter|undefined} */
  get next() {
    return this.letters.find((letter) => !letter.error);
  }

  /** One tab at a time, so that order holds and a first message makes one visitor. @param {() => Promise<number>} act @returns {Promise<number>} */
  async alone(act) {
    // Pages without TLS have no locks, blocked storage refuses them, a tab that sleeps may hold one: there the client_id
    // alone keeps a message from coming twice.
    return navigator.locks?.request(`aspa:${this.app.inbox}:send`, { signal: AbortSignal.timeout(25000) }, act).catch(() => act()) ?? act();
  }

  /** @returns {Promise<number>} milliseconds to wait before the next attempt */
  async sendNext() {
    const letter = this.next;
    if (!letter) return 0;
    const { client_id, text, language, page, contact, another } = letter;
    const attachments = letter.attachments.map((file) => file.id);
    try {
      const answer = await request(this.app, "messages", { client_id, text, attachments, language, page, contact, another });
      this.attempt = 0;
      this.owner.sent(answer);
      this.drop(client_id);
      return 0;
    } catch (error) {
      return this.failed(letter, error);
    }
  }

  /** @param {Letter} letter @param {unknown} error */
  failed(letter, error) {
    this.attempt += 1;
    if (error instanceof Refused) {
      if (error.status === 401 && this.attempt < 3) {
        this.owner.unknown(error.code);
        return 500;
      }
      if (error.final) {
        this.app.store.write(this.prefix + letter.client_id, { ...letter, error: error.message });
        this.owner.changed();
        return 0;
      }
      if (error.retryAfter) return error.retryAfter * 1000;
    }
    this.owner.changed();
    return Math.min(30000, 700 * 2 ** Math.min(this.attempt, 6)) * (0.5 + Math.random() / 2);
  }

  /** @param {number} milliseconds */
  sleep(milliseconds) {
    return new Promise((resume) => {
      const timer = setTimeout(resume, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resume(undefined);
      };
    });
  }
}
