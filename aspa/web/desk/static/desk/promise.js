/** Promises in what is being written: found by the server while one types, confirmed by the agent with one key. What was
 * confirmed goes with the reply. A reply that helps nobody is stopped once, with a better sentence. */
import { elements, post, settled } from "./server.js";

/** @typedef {{text: string, due: string}} Promised */

// How long a reply that is being sent waits for the look at it, and how soon what is typed is looked at, in milliseconds.
const PATIENCE = 1500, LOOK_AFTER = 350;
// Longer ones are never vague, so they needn't wait for a look before they go.
const SHORT = 200;

export class Promises extends HTMLElement {
  /** What the agent said of each sentence: a time, or that it is none. @type {Map<string, string | null>} */
  said = new Map();
  /** The text that the lines are about. */
  seen = "";
  /** A vague text that the agent wants to send as it is. */
  allowed = "";

  connectedCallback() {
    if (this.field) return;
    const composer = /** @type {HTMLElement} */ (this.closest("desk-composer"));
    this.composer = /** @type {HTMLElement & {mode: string, submit: (until?: string) => void}} */ (composer);
    this.field = /** @type {HTMLTextAreaElement} */ (composer.querySelector("textarea"));
    this.lookSoon = settled(() => this.look(), LOOK_AFTER);
    this.field.addEventListener("input", () => this.lookSoon?.());
    // Suggestions and drafts change the text without an input.
    this.field.addEventListener("focus", () => this.lookSoon?.());
    composer.addEventListener("keydown", (event) => { if (event.altKey && event.code === "KeyP") { event.preventDefault(); this.confirmNext(); } });
    this.addEventListener("click", (event) => this.click(/** @type {Element} */ (event.target)));
    this.addEventListener("change", (event) => { const input = /** @type {HTMLInputElement} */ (event.target); if (input.value) this.confirm(/** @type {HTMLElement} */ (input.closest("[data-promise]")), input.value); });
  }

  async look() {
    const text = this.composer?.mode === "reply" ? this.field?.value ?? "" : "";
    if (text === this.seen) return;
    if (!text.trim()) return this.show(text, "");
    try {
      const answer = await post(`${this.composer?.dataset.url}promises/look`, { text });
      if (answer.ok && text === this.field?.value) this.show(text, await answer.text());
    } catch { /* Without the server nothing is found; the reply itself says that there is no connection. */ }
  }

  /** @param {string} text @param {string} html */
  show(text, html) {
    this.seen = text;
    const lines = /** @type {HTMLElement[]} */ (elements(html));
    for (const line of lines) {
      const sentence = line.dataset.promise, before = sentence && this.saidOf(sentence);
      if (!sentence || !before) continue;
      this.said.set(sentence, before.due);
      this.mark(line, before.due);
    }
    this.replaceChildren(...lines.filter((line) => !line.matches("[data-vague]")));
    const vague = lines.find((line) => line.matches("[data-vague]"));
    if (vague && text !== this.allowed) this.append(vague);
  }

  /** What was said of the sentence, also when it has been written further since. @param {string} sentence */
  saidOf(sentence) {
    for (const [other, due] of this.said) if (sentence.startsWith(other.replace(/[.!…]+$/, "")) || other.startsWith(sentence.replace(/[.!…]+$/, ""))) return { due };
    return null;
  }

  /** @param {Element} target */
  click(target) {
    const line = /** @type {HTMLElement | null} */ (target.closest(".promise-line"));
    if (!line) return;
    if (target.closest("[data-confirm]")) this.confirm(line);
    else if (target.closest("[data-change]")) { const input = /** @type {HTMLInputElement} */ (line.querySelector("input")); input.hidden = false; input.focus(); }
    else if (target.closest("[data-deny]")) { this.said.set(line.dataset.promise ?? "", null); this.mark(line, null); this.field?.focus(); }
    else if (target.closest("[data-better-use]")) this.write(line);
    else if (target.closest("[data-send-anyway]")) { this.allowed = this.field?.value ?? ""; line.remove(); this.composer?.submit(this.until); }
  }

  /** @param {HTMLElement} line */
  write(line) {
    if (!this.field) return;
    this.field.setRangeText(line.dataset.better ?? "", Number(line.dataset.start), Number(line.dataset.end), "end");
    this.field.focus();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  confirmNext() {
    const line = /** @type {HTMLElement | undefined} */ ([...this.querySelectorAll("[data-promise]")].find((one) => !this.said.has(/** @type {HTMLElement} */ (one).dataset.promise ?? "")));
    if (line) this.confirm(line);
  }

  /** @param {HTMLElement} line @param {string} [due] */
  confirm(line, due = line.dataset.due ?? "") {
    this.said.set(line.dataset.promise ?? "", due);
    this.mark(line, due);
    this.field?.focus();
  }

  /** @param {HTMLElement} line @param {string | null} due */
  mark(line, due) {
    line.hidden = due === null;
    line.classList.toggle("confirmed", due !== null);
    /** @type {HTMLElement} */ (line.querySelector(".promise-done")).hidden = due === null;
    /** @type {HTMLElement} */ (line.querySelector("[data-confirm]")).hidden = due !== null;
    const input = /** @type {HTMLInputElement} */ (line.querySelector("input"));
    if (due && due !== line.dataset.due) { input.value = due; input.hidden = false; }
  }

  /** Whether this text has to wait: it is vague, or it isn't known yet whether it is. Then it is looked at first.
   * @param {string} text @param {string} until */
  stops(text, until) {
    if (text === this.allowed || text.length > SHORT || !text.trim()) return false;
    this.until = until;
    if (this.seen === text) return this.querySelector("[data-vague]") !== null;
    Promise.race([this.look(), new Promise((late) => setTimeout(late, PATIENCE))]).then(() => {
      // It may have been sent meanwhile by a second press of the key, or written further.
      if (!this.isConnected || this.field?.value !== text) return;
      // A server that doesn't answer keeps no reply from going.
      if (this.seen !== text) this.allowed = text;
      if (!this.querySelector("[data-vague]")) this.composer?.submit(until);
    });
    return true;
  }

  /** What was confirmed of this text; the next one begins anew. @returns {Promised[]} */
  take() {
    const lines = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".confirmed[data-promise]")]);
    const promised = lines.map((line) => ({ text: line.dataset.promise ?? "", due: this.said.get(line.dataset.promise ?? "") ?? "" }));
    this.said.clear();
    this.show("", "");
    return promised.filter((one) => one.due);
  }
}

customElements.define("desk-promises", Promises);
