/** A letter's head: the customer, copies as chips that are checked while one types, and the subject.
 * Tells "recipients:changed" when one of them was changed. */
import { say } from "./server.js";

const ADDRESS = /^[^\s@<>,;"]+@[^\s@.<>,;"]+(\.[^\s@.<>,;"]+)+$/u;
const KINDS = /** @type {const} */ (["cc", "bcc"]);

class Recipients extends HTMLElement {
  /** @type {Record<"cc" | "bcc", string[]>} */
  copies = { cc: [], bcc: [] };
  hint = "";
  /** What the subject is unless it is changed, and what it was changed to. */
  usual = "";
  own = "";

  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.hint = this.field("cc").placeholder;
    this.heading = /** @type {HTMLInputElement} */ (this.querySelector("#reply-subject"));
    this.heading.addEventListener("input", () => { const written = this.heading.value.trim(); this.own = written === this.usual ? "" : written; this.tell(); });
    this.heading.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) { event.preventDefault(); this.toText(); } });
    this.heading.addEventListener("blur", () => this.draw());
    this.addEventListener("click", (event) => this.click(/** @type {Element} */ (event.target)));
    for (const kind of KINDS) {
      const field = this.field(kind);
      field.addEventListener("keydown", (event) => this.key(event, kind));
      field.addEventListener("change", () => this.take(kind));
      // A blank may still stand inside a name; after an address it ends it.
      field.addEventListener("input", () => { if (/[,;]\s*$/.test(field.value) || (/\s$/.test(field.value) && ADDRESS.test(field.value.trim()))) this.take(kind); });
      field.addEventListener("blur", () => { this.take(kind); this.draw(); });
    }
  }

  /** @param {{to: string, cc: string[], people: [string, string][], subject: string}} told */
  show({ to, people, subject }) {
    /** @type {HTMLElement} */ (this.querySelector("[data-to]")).textContent = to;
    this.usual = subject;
    this.querySelector("datalist")?.replaceChildren(...people.map(([value, label]) => Object.assign(document.createElement("option"), { value, label })));
  }

  /** @param {string[]} cc @param {string[]} bcc @param {string} [own] */
  set(cc, bcc, own = "") { this.copies = { cc: [...cc], bcc: [...bcc] }; this.own = own; this.draw(); }

  /** What is wrong with the copies, in words; empty when nothing is. */
  get problem() {
    const wrong = KINDS.flatMap((kind) => this.copies[kind]).find((address) => !ADDRESS.test(address));
    return wrong === undefined ? "" : say("no_address", { address: wrong });
  }

  /** Take what is still being typed too. */
  settle() { for (const kind of KINDS) this.take(kind); }

  /** @param {string} kind @returns {HTMLInputElement} */
  field(kind) { return /** @type {HTMLInputElement} */ (this.querySelector(`#copies-${kind}`)); }
  /** @param {string} kind @returns {HTMLElement} */
  line(kind) { return /** @type {HTMLElement} */ (this.querySelector(`[data-copies="${kind}"]`)); }

  get subjectLine() { return /** @type {HTMLElement} */ (this.querySelector("[data-subject-line]")); }

  toText() { /** @type {HTMLElement | null} */ (this.closest("desk-composer")?.querySelector("textarea"))?.focus(); }

  /** @param {Element} target */
  click(target) {
    const open = /** @type {HTMLElement | null} */ (target.closest("[data-add-copy]"))?.dataset.addCopy;
    if (open) { this.line(open).hidden = false; this.field(open).focus(); this.draw(); }
    if (target.closest("[data-subject]")) { this.heading.value = this.own || this.usual; this.subjectLine.hidden = false; this.heading.focus(); this.heading.select(); this.draw(); }
    const kind = /** @type {"cc" | "bcc" | undefined} */ (/** @type {HTMLElement | null} */ (target.closest("[data-copies]"))?.dataset.copies);
    const item = target.closest(".chip-x")?.closest("li");
    if (kind && item) { this.remove_(kind, [.../** @type {Element} */ (item.parentElement).children].indexOf(item)); this.field(kind).focus(); }
    else if (kind && !target.closest("input")) this.field(kind).focus();
  }

  /** @param {KeyboardEvent} event @param {"cc" | "bcc"} kind */
  key(event, kind) {
    const empty = !this.field(kind).value.trim();
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (empty) this.toText();
      else this.take(kind);
    } else if (event.key === "Backspace" && empty && this.copies[kind].length) { event.preventDefault(); this.remove_(kind, this.copies[kind].length - 1); }
  }

  /** What was typed becomes chips: addresses, also as "Name <address>", apart by commas, semicolons or blanks.
   * @param {"cc" | "bcc"} kind */
  take(kind) {
    const field = this.field(kind);
    const found = field.value.split(/[,;]/).flatMap((part) => part.match(/<([^<>]+)>/)?.[1] ?? part.split(/\s+/)).map((one) => one.trim()).filter(Boolean);
    if (!found.length) return;
    field.value = "";
    for (const address of found) if (!this.copies[kind].some((one) => one.toLowerCase() === address.toLowerCase())) this.copies[kind].push(address);
    this.tell();
  }

  /** @param {"cc" | "bcc"} kind @param {number} at */
  remove_(kind, at) { this.copies[kind].splice(at, 1); this.tell(); }

  tell() { this.draw(); this.dispatchEvent(new CustomEvent("recipients:changed", { bubbles: true })); }

  draw() {
    const subject = /** @type {HTMLElement} */ (this.querySelector("[data-subject]")), editing = document.activeElement === this.heading;
    subject.textContent = this.own || this.usual;
    subject.title = `${subject.dataset.title}: ${subject.textContent}`;
    subject.hidden = editing || !subject.textContent;
    this.subjectLine.hidden = !editing;
    for (const kind of KINDS) {
      const line = this.line(kind), held = line.contains(document.activeElement);
      line.hidden = !this.copies[kind].length && !held;
      /** @type {HTMLElement} */ (this.querySelector(`[data-add-copy="${kind}"]`)).hidden = !line.hidden;
      this.field(kind).placeholder = this.copies[kind].length ? "" : this.hint;
      const list = /** @type {HTMLElement} */ (line.querySelector("ul")), shown = [...list.querySelectorAll(".cut")].map((one) => one.textContent);
      // Those that stay are left where they are: a click on one begins by leaving the field, which draws.
      if (shown.join() !== this.copies[kind].join()) list.replaceChildren(...this.copies[kind].map((address) => this.chip(address)));
    }
  }

  /** @param {string} address */
  chip(address) {
    const chip = /** @type {HTMLElement} */ (/** @type {HTMLTemplateElement} */ (this.querySelector("template")).content.firstElementChild?.cloneNode(true));
    const wrong = !ADDRESS.test(address), text = /** @type {HTMLElement} */ (chip.querySelector(".cut"));
    text.textContent = text.title = address;
    chip.classList.toggle("late", wrong);
    if (wrong) text.title = say("no_address", { address });
    chip.querySelector("button")?.setAttribute("aria-label", say("remove_address", { address }));
    return chip;
  }
}

customElements.define("desk-recipients", Recipients);
export { Recipients };
