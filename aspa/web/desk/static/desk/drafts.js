/** What is begun in one conversation and not sent, a text each for reply and note. The server keeps it. What it hasn't
 * got yet the browser keeps, so that a lost network, a reload or having to sign in again loses nothing; the agent's other
 * tabs follow at once. */
import { post } from "./server.js";

/** @typedef {import("./composer.js").Mode} Mode @typedef {import("./composer.js").Draft} Draft */

const AGAIN = 5000, MODES = /** @type {const} */ (["reply", "note"]), LARGEST_FAREWELL = 30_000;

export class Drafts {
  /** @type {Record<Mode, Draft>} */
  all = { reply: { text: "", attachments: [] }, note: { text: "", attachments: [] } };
  /** @type {Set<Mode>} what the server doesn't have as it is here */
  unsaved = new Set();
  /** @type {Promise<void>} the newest saving; what is sent goes after it, or the draft would outlive its message */
  saving = Promise.resolve();

  /** @param {{url: string, agent: string, kept: Partial<Record<Mode, Draft>>, told: (how: "saved" | "failed" | "elsewhere", mode: Mode) => void, waits: () => boolean}} where
   *  `kept`: as the server has them; `told`: what became of a draft; `waits`: whether a message is on its way from here */
  constructor({ url, agent, kept, told, waits }) {
    this.url = url;
    this.told = told;
    this.waits = waits;
    this.key = `aspa:draft:${agent}:${url}:`;
    Object.assign(this.all, kept);
    for (const mode of MODES) {
      const here = this.copy(mode);
      if (here) { this.all[mode] = here; this.unsaved.add(mode); }
    }
    this.closed = false;
    this.tabs = "BroadcastChannel" in window ? new BroadcastChannel(this.key) : null;
    this.tabs?.addEventListener("message", ({ data: { mode, draft } }) => this.follow(mode, draft));
  }

  /** The last words of a page that leaves; the browser finishes them by itself. */
  close() {
    this.save(true);
    this.closed = true;
    this.tabs?.close();
  }

  /** @param {Mode} mode @returns {Draft} */
  get(mode) { return this.all[mode]; }

  /** @param {Mode} mode */
  isBegun(mode) { return Boolean(this.all[mode].text || this.all[mode].attachments.length); }

  /** @param {Mode} mode @param {Partial<Draft>} change */
  edit(mode, change) {
    this.all[mode] = { ...this.all[mode], ...change };
    this.unsaved.add(mode);
    this.copy(mode, this.all[mode]);
    this.tell(mode);
  }

  /** It has become a message, and that is kept elsewhere; or the server has just told what it is. @param {Mode} mode @param {Draft} [draft] */
  replace(mode, draft = { text: "", attachments: [] }) {
    this.all[mode] = draft;
    this.unsaved.delete(mode);
    this.copy(mode, null);
    this.tell(mode);
  }

  /** @param {Mode} mode */
  tell(mode) { if (!this.closed) this.tabs?.postMessage({ mode, draft: this.all[mode] }); }

  /** One saving after another, so that an older text never comes last. @param {boolean} [leaving] */
  save(leaving = false) {
    return this.saving = leaving ? this.send(true) : this.saving.then(() => this.send(false));
  }

  /** @param {boolean} leaving */
  async send(leaving) {
    for (const mode of [...this.unsaved]) {
      // Opened again meanwhile, it may have been gone on with: what the browser keeps is the newest.
      const draft = this.closed && !leaving ? this.copy(mode) : this.all[mode];
      this.unsaved.delete(mode);
      if (!draft) continue;
      const { text, attachments, options = {} } = draft;
      try {
        const values = { kind: mode, text, attachments: JSON.stringify(attachments), options: JSON.stringify(options) };
        const answer = await post(`${this.url}drafts`, values, { keepalive: leaving && text.length < LARGEST_FAREWELL });
        if (!answer.ok) throw new Error(String(answer.status));
        if (this.unsaved.has(mode)) continue;
        // A message that is stored takes what the server keeps along, also what was begun after it.
        if (!this.waits()) this.copy(mode, null);
        this.told("saved", mode);
      } catch {
        this.unsaved.add(mode);
        this.told("failed", mode);
        setTimeout(() => this.save(), AGAIN);
      }
    }
  }

  /** A message has been stored, and with it the server has forgotten what was begun since. */
  again() {
    for (const mode of MODES) if (this.isBegun(mode)) this.unsaved.add(mode);
    this.save();
  }

  /** Another tab has gone on with it. @param {Mode} mode @param {Draft} draft */
  follow(mode, draft) {
    this.all[mode] = draft;
    // The tab in which it is written saves it.
    this.unsaved.delete(mode);
    this.told("elsewhere", mode);
  }

  /** @param {Mode} mode @param {Draft | null} [draft] to keep; null: nothing any more @returns {Draft | null} */
  copy(mode, draft) {
    try {
      if (draft) localStorage.setItem(this.key + mode, JSON.stringify(draft));
      else if (draft === null) localStorage.removeItem(this.key + mode);
      else return JSON.parse(localStorage.getItem(this.key + mode) ?? "null");
    } catch { /* Storage is full or blocked: the server has all but the last moment. */ }
    return null;
  }
}
