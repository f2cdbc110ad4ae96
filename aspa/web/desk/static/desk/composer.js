/** Where one answers. Reply and note are two texts that can't be mixed up; what is written is always kept on the
 * server; what is sent shows at once, and stays until the server has it. */
import { copyOf, elements, newClientId, say, settled, upload } from "./server.js";
import { Drafts } from "./drafts.js";
import { forget, hand, keep, outgoing } from "./outgoing.js";
import { addMessage, toBottom } from "./talk.js";
import { leave, showHeld, undoNewest } from "./held.js";
import { send as tell } from "./stream.js";
import { close as closeSuggestions, suggest } from "./suggest.js";
import { grow } from "/static/shell/growing.js";
import "./emoji.js";
import "./promise.js";
import "./recipients.js";

/** @typedef {"reply" | "note"} Mode */
/** @typedef {{id: string, name: string, url: string, type: string, size: number, width: number | null}} Added */
/** @typedef {{via?: number, cc?: string[], bcc?: string[], subject?: string}} Options */
/** @typedef {{text: string, attachments: Added[], options?: Options}} Draft */
/** @typedef {{client: string, mode: Mode, text: string, files: Added[], options?: Options, until?: string, promised?: import("./promise.js").Promised[]}} Outgoing */
/** @typedef {{id: number, limit: number, files: number, bytes: number, copies: boolean, undo: number, live: boolean}} Way */

const SAVE_AFTER = 600, TYPING_EVERY = 3000;

class DeskComposer extends HTMLElement {
  /** @type {Promise<unknown>} one after another, so that order is kept */
  sending = Promise.resolve();
  typed = 0;
  /** How many lots of files are on their way, and until when what is written waits with them; null: nothing waits. */
  adding = 0;
  /** @type {string | null} */
  sendWith = null;
  /** @type {Way[]} by which the customer can be answered, the best first */
  ways = [];
  /** What to know before sending: somebody else has answered since this was begun. */
  crossed = "";
  /** Whether the agent has chosen the way: then a message that comes by another one doesn't change it. */
  chosen = false;

  connectedCallback() {
    if (this.field) return;
    // A conversation put into the page gets its elements from the outside in.
    customElements.upgrade(this);
    this.field = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    this.status = /** @type {HTMLElement} */ (this.querySelector(".status"));
    this.conversation = Number(/** @type {HTMLElement} */ (this.closest("[data-conversation]")).dataset.conversation);
    this.drafts = new Drafts({ url: this.dataset.url ?? "", agent: document.getElementById("desk")?.dataset.agent ?? "", kept: JSON.parse(this.querySelector("#drafts")?.textContent ?? "{}"), told: (how, mode) => this.draftTold(how, mode), waits: () => outgoing(this.conversation).length > 0 });
    this.recipients = /** @type {import("./recipients.js").Recipients} */ (this.querySelector("desk-recipients"));
    this.readWays(this.drafts.get("reply").options);
    this.saveSoon = settled(() => this.drafts.save(), SAVE_AFTER);
    this.listen();
    const written = /** @type {Mode[]} */ (["reply", "note"]).find((mode) => this.drafts.isBegun(mode));
    this.mode = this.dataset.mode === "note" ? "note" : written ?? "reply";
    if (written) this.say(say("saved"));
    this.drafts.save();
    for (const waiting of outgoing(this.conversation)) this.deliver(waiting);
    if (matchMedia("(min-width: 821px)").matches && document.activeElement === document.body) this.field.focus({ preventScroll: true });
  }

  disconnectedCallback() { this.drafts.close(); leave(); for (const [name, listener] of this.told) document.removeEventListener(name, listener); document.removeEventListener("visibilitychange", this.leaving); window.removeEventListener("pagehide", this.leaving); document.removeEventListener("composer:insert", this.inserting); }

  listen() {
    this.field.addEventListener("input", () => this.typing());
    this.field.addEventListener("blur", () => this.drafts.save());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.submit(); }
      if (event.key === "z" && (event.ctrlKey || event.metaKey) && !this.field.value && undoNewest()) event.preventDefault();
    });
    this.field.addEventListener("paste", (event) => this.pasted(event));
    this.addEventListener("click", (event) => this.click(/** @type {Element} */ (event.target)));
    this.querySelector("[data-add-files]")?.addEventListener("change", (event) => { const input = /** @type {HTMLInputElement} */ (event.target); this.add([...(input.files ?? [])]); input.value = ""; });
    const talk = /** @type {HTMLElement} */ (this.closest(".talk-side"));
    for (const name of ["dragenter", "dragover"]) talk.addEventListener(name, (event) => { if (/** @type {DragEvent} */ (event).dataTransfer?.types.includes("Files")) { event.preventDefault(); this.classList.add("dropping"); } });
    for (const name of ["dragleave", "drop"]) talk.addEventListener(name, () => this.classList.remove("dropping"));
    talk.addEventListener("drop", (event) => { const files = [...(/** @type {DragEvent} */ (event).dataTransfer?.files ?? [])]; if (files.length) { event.preventDefault(); this.add(files); } });
    document.addEventListener("visibilitychange", this.leaving);
    window.addEventListener("pagehide", this.leaving);
    document.addEventListener("composer:insert", this.inserting);
    this.addEventListener("recipients:changed", () => this.optionsChanged());
    this.addEventListener("submit", (event) => {
      if (!/** @type {Element} */ (event.target).matches("[data-later-form]")) return;
      event.preventDefault();
      this.sendLater(/** @type {HTMLInputElement} */ (this.querySelector("#later-at")).value);
    });
    for (const [name, listener] of this.told) document.addEventListener(name, listener);
  }
  /** @type {[string, (event: Event) => void][]} */
  told = [
    ["composer:keep", (event) => /** @type {CustomEvent} */ (event).detail.keeping.push(this.drafts.save())],
    ["composer:restore", (event) => this.restore(/** @type {CustomEvent} */ (event).detail)],
    ["talk:changed", () => this.followCustomer()],
    ["held:other", (event) => this.cross(/** @type {CustomEvent} */ (event).detail.name)],
    ["stream:event", (event) => this.hear(/** @type {CustomEvent} */ (event).detail)],
    ["stream:page", (event) => { if (/** @type {CustomEvent} */ (event).detail.conversation === this.conversation) this.askWays(); }],
  ];
  leaving = () => { if (document.visibilityState === "hidden") this.drafts.save(true); };
  inserting = (/** @type {Event} */ event) => { const { text, mode } = /** @type {CustomEvent} */ (event).detail; if (mode) this.mode = mode; if (text) this.insert(text); this.field.focus(); };

  /** @param {Element} target */
  click(target) {
    const tab = /** @type {HTMLElement | null} */ (target.closest("[role=tab]"));
    if (tab) { this.mode = /** @type {Mode} */ (tab.dataset.mode); this.field.focus(); }
    else if (target.closest("[data-send]")) this.submit();
    else if (target.closest("[data-later]")) this.sendLater(/** @type {HTMLElement} */ (target.closest("[data-later]")).dataset.later ?? "");
    else if (target.closest("[data-choose-way]")) { this.chosen = true; this.way = this.ways.find((way) => way.id === Number(/** @type {HTMLElement} */ (target.closest("[data-choose-way]")).dataset.chooseWay)) ?? null; this.optionsChanged(); this.field.focus(); }
    else if (target.closest("[data-by-mail]")) { this.chosen = true; this.way = this.ways.find((way) => way.copies) ?? this.way; this.optionsChanged(); this.field.focus(); }
    else if (target.closest("[data-canned]")) suggest(this.field, { kind: "canned", words: "", from: this.field.selectionStart });
    else if (target.closest("[data-articles]")) suggest(this.field, { kind: "articles/choices", words: "", from: this.field.selectionStart });
    else if (target.closest("[data-mention]")) { this.insert("@"); this.typing(); }
    else if (target.closest(".added button")) this.remove_(/** @type {HTMLElement} */ (target.closest("li")).dataset.id ?? "");
  }

  /* By which channel, and to whom */

  /** What the page says of the ways; those that a draft remembers are taken where they are still there.
   * @param {Options} [options] */
  readWays(options) {
    const { ways, ...letter } = JSON.parse(this.querySelector("#answering")?.textContent || '{"ways": [], "cc": []}');
    this.ways = ways;
    this.letter = letter;
    if (letter.people) this.recipients.show(letter);
    this.recipients.set(options?.cc ?? letter.cc, options?.bcc ?? [], options?.subject);
    const remembered = this.ways.find((way) => way.id === options?.via);
    this.chosen = Boolean(remembered && remembered !== this.ways[0]);
    this.way = remembered ?? this.ways[0] ?? null;
  }

  /** @returns {Way | null} */
  get way() { return this.way_ ?? null; }
  set way(way) {
    this.way_ = way;
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-way]"))) part.hidden = Number(part.dataset.way) !== way?.id;
    for (const choice of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-choose-way]"))) choice.setAttribute("aria-pressed", String(Number(choice.dataset.chooseWay) === way?.id));
    this.recipients.hidden = !way?.copies;
    /** @type {HTMLElement} */ (this.querySelector("[data-signature]")).hidden = !way?.copies;
    /** @type {HTMLElement} */ (this.querySelector("[data-gone]")).hidden = !(this.letter?.gone && way?.live);
  }

  /** @returns {Options} */
  get options() { return this.way?.copies ? { via: this.way.id, cc: this.recipients.copies.cc, bcc: this.recipients.copies.bcc, subject: this.recipients.own } : this.way ? { via: this.way.id } : {}; }

  optionsChanged() {
    this.drafts.edit("reply", { options: this.options });
    this.say("");
    this.checkLimits();
    this.saveSoon?.();
  }

  /** The customer may write by another channel than before: then the answer goes there, unless the agent chose. */
  followCustomer() {
    const newest = /** @type {HTMLElement | null} */ ([...document.querySelectorAll("#talk .msg.incoming[data-inbox]")].pop() ?? null);
    const by = Number(newest?.dataset.inbox ?? 0);
    if (!by || by === this.followed) return;
    const first = this.followed === undefined;
    this.followed = by;
    if (!first) this.askWays();
  }

  async askWays() {
    const place = this.querySelector("#via");
    if (!place || place.querySelector(":popover-open")) return;
    try {
      const answer = await fetch(`${this.dataset.url}ways`, { headers: { "HX-Request": "true" } });
      if (!answer.ok || !this.isConnected) return;
      const [fresh] = elements(await answer.text());
      const written = this.chosen || this.drafts.get("reply").text ? this.options : undefined;
      place.replaceWith(fresh);
      this.readWays(written);
      this.checkLimits();
    } catch { /* the next message tells again */ }
  }

  /** @param {{conversation: number, kind: string, html?: string, actor: number | null}} event */
  hear({ conversation, kind, html, actor }) {
    if (conversation !== this.conversation || !html) return;
    for (const sent of outgoing(conversation)) if (html.includes(sent.client)) forget(conversation, sent);
    if (kind === "replied" && actor !== Number(document.getElementById("desk")?.dataset.agent)) this.cross(elements(html)[0]?.querySelector(".meta b")?.textContent ?? "");
  }

  /** @param {string} name who has answered, or is about to */
  cross(name) {
    if (!this.drafts.isBegun("reply")) return;
    this.crossed = say("answered_meanwhile", { name });
    if (this.mode === "reply") this.say(this.crossed, true);
  }

  /** @param {string} until */
  sendLater(until) {
    /** @type {HTMLElement | null} */ (this.querySelector("#later-menu"))?.hidePopover?.();
    if (until) this.submit(until);
  }

  /** What was taken back is written here again. @param {{draft: Draft | null, url: string}} detail */
  restore({ draft, url }) {
    if (!draft || !url.startsWith(this.dataset.url ?? " ")) return;
    this.drafts.replace("reply", draft);
    this.dataset.mode = "reply";
    this.readWays(draft.options);
    this.mode = "reply";
    this.say(say("saved"));
    this.field.focus();
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  /** @returns {Mode} */
  get mode() { return /** @type {Mode} */ (this.dataset.mode); }
  set mode(mode) {
    this.drafts.save();
    this.dataset.mode = mode;
    for (const tab of this.querySelectorAll("[role=tab]")) tab.setAttribute("aria-selected", String(/** @type {HTMLElement} */ (tab).dataset.mode === mode));
    this.field.placeholder = this.field.dataset[`${mode}Hint`] ?? "";
    this.field.setAttribute("aria-label", this.field.dataset[`${mode}Label`] ?? "");
    this.showDraft();
    closeSuggestions();
  }

  showDraft() {
    this.field.value = this.drafts.get(this.mode).text;
    grow(this.field);
    this.showFiles();
    this.checkLimits();
  }

  /** @param {"saved" | "failed" | "elsewhere"} how @param {Mode} mode */
  draftTold(how, mode) {
    if (how === "failed") this.say(say("unsaved"), true);
    else if (mode !== this.mode) return;
    else if (how === "elsewhere") { this.say(""); this.showDraft(); }
    else if (!this.status.classList.contains("late") || this.status.textContent === say("unsaved")) this.say(this.drafts.isBegun(mode) ? say("saved") : "");
  }

  typing() {
    this.drafts.edit(this.mode, { text: this.field.value, options: this.mode === "reply" ? this.options : {} });
    if (this.mode === "reply" && !this.drafts.isBegun("reply")) this.crossed = "";
    this.say(this.mode === "reply" ? this.crossed : "", true);
    this.saveSoon?.();
    this.checkLimits();
    if (Date.now() - this.typed > TYPING_EVERY && this.field.value) { this.typed = Date.now(); tell({ type: "typing", conversation: this.conversation, kind: this.mode }); }
    const before = this.field.value.slice(0, this.field.selectionStart);
    const canned = before.match(/(?:^|\s)\/([\p{L}\p{N}_-]*)$/u), article = before.match(/(?:^|\s)\?(\p{L}[\p{L}\p{N} -]{0,40})$/u), mention = this.mode === "note" && before.match(/(?:^|\s)@([\p{L} ]{0,24})$/u);
    if (canned) suggest(this.field, { kind: "canned", words: canned[1], from: this.field.selectionStart - canned[1].length - 1 });
    else if (article) suggest(this.field, { kind: "articles/choices", words: article[1], from: this.field.selectionStart - article[1].length - 1 });
    else if (mention) suggest(this.field, { kind: "colleagues", words: mention[1], from: this.field.selectionStart - mention[1].length - 1 });
    else closeSuggestions();
  }

  /** @param {string} text */
  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    grow(this.field);
    this.typing();
  }

  /** Channels have their limits; they are told before sending. */
  checkLimits() {
    const reply = this.mode === "reply", way = this.way;
    const over = reply && way ? this.field.value.length - way.limit : 0;
    const files = reply && way !== null && this.drafts.get("reply").attachments.length > way.files;
    const wrong = !reply ? "" : !way ? say("no_way") : way.copies ? this.recipients.problem : "";
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll("[data-send], [data-send-later]"))) button.disabled = over > 0 || files || Boolean(wrong);
    if (over > 0) this.say(say("too_long", { count: over }), true);
    else if (files) this.say(say("too_many", { count: way?.files ?? 0 }), true);
    else if (wrong) this.say(wrong, true);
  }

  /** @param {string} text */
  say(text, late = false) {
    // That a draft is kept is for the eye; a screen reader would say it at every pause.
    this.status.setAttribute("aria-live", late ? "polite" : "off");
    this.status.classList.toggle("late", late && Boolean(text));
    this.status.textContent = text;
  }

  /* Files */

  /** Cells of a sheet and words of a letter come with a picture of themselves: it is the text that was meant. @param {ClipboardEvent} event */
  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData?.getData("text/plain")) return;
    event.preventDefault();
    this.add(files);
  }

  /** @param {File[]} files */
  async add(files) {
    const mode = this.mode, refused = [];
    this.adding += 1;
    for (const file of files) {
      const why = await this.addOne(file, mode);
      if (why) refused.push(`${file.name}: ${why}`);
    }
    this.adding -= 1;
    if (this.adding) return;
    const until = this.sendWith;
    this.sendWith = null;
    this.say(refused.join(" "), true);
    this.checkLimits();
    // Sent while a file was on its way: they go together, or not before the agent has seen what is missing.
    if (until !== null && !refused.length && mode === this.mode) this.submit(until);
  }

  /** @param {File} file @param {Mode} mode @returns {Promise<string>} why it can't be sent; "" when it is there */
  async addOne(file, mode) {
    const limit = this.way?.bytes ?? 0;
    if (mode === "reply" && limit && file.size > limit) return say("too_large", { count: Math.floor(limit / 1048576) });
    this.say(say("uploading", { name: file.name }));
    try {
      const answer = await upload(this.dataset.upload ?? "", file), told = await answer.json();
      if (!answer.ok) return told.error?.text ?? say("failed");
      this.drafts.edit(mode, { attachments: [...this.drafts.get(mode).attachments, told] });
      this.saveSoon?.();
      this.showFiles();
      return "";
    } catch { return say("unsaved"); }
  }

  /** @param {string} id */
  remove_(id) {
    this.drafts.edit(this.mode, { attachments: this.drafts.get(this.mode).attachments.filter((file) => file.id !== id) });
    this.saveSoon?.();
    this.showFiles();
    this.say("");
    this.checkLimits();
  }

  showFiles() {
    const place = /** @type {HTMLElement} */ (this.querySelector(".added")), files = this.drafts.get(this.mode).attachments;
    place.hidden = !files.length;
    place.replaceChildren(...files.map((file) => {
      const item = /** @type {HTMLElement} */ (copyOf("t-file").firstElementChild);
      item.dataset.id = file.id;
      /** @type {HTMLElement} */ (item.querySelector(".cut")).textContent = file.name;
      if (file.width) item.querySelector(".thumb")?.replaceChildren(Object.assign(new Image(), { src: file.url, alt: "" }));
      return item;
    }));
  }

  /* Sending */

  submit(until = "") {
    this.recipients.settle();
    const mode = this.mode, { text, attachments } = this.drafts.get(mode);
    if ((!text.trim() && !attachments.length && !this.adding) || /** @type {HTMLButtonElement} */ (this.querySelector("[data-send]")).disabled) return;
    if (this.adding) { this.sendWith = until; return; }
    // Once: who sends again has seen the other answer.
    if (mode === "reply" && this.crossed) { this.say(this.crossed, true); this.crossed = ""; return; }
    const promises = /** @type {import("./promise.js").Promises | null} */ (mode === "reply" ? this.querySelector("desk-promises") : null);
    if (promises?.stops(text, until)) return;
    const sent = { client: newClientId(), mode, text, files: attachments, options: mode === "reply" ? structuredClone(this.options) : {}, until, promised: promises?.take() ?? [] };
    keep(this.conversation, sent);
    this.drafts.replace(mode);
    // Who had a copy has the next one too; who had a hidden one may not be meant again.
    this.recipients.set(this.recipients.copies.cc, []);
    this.field.value = "";
    grow(this.field);
    this.say("");
    this.showFiles();
    closeSuggestions();
    this.deliver(sent);
    this.field.focus();
  }

  /** @param {Outgoing} sent */
  deliver(sent) {
    const bubble = this.bubble(sent);
    bubble.classList.add("sending");
    bubble.classList.remove("failed");
    /** @type {HTMLElement} */ (bubble.querySelector(".failure")).hidden = true;
    /** @type {HTMLElement} */ (bubble.querySelector(".state")).textContent = `· ${say("sending")}`;
    const saved = this.drafts.saving;
    this.sending = this.sending.then(() => saved).then(() => this.handOver(sent, bubble));
  }

  /** @param {Outgoing} sent @param {HTMLElement} bubble */
  async handOver(sent, bubble) {
    try {
      const answer = await hand(this.conversation, sent);
      if (answer.ok) {
        forget(this.conversation, sent);
        this.drafts.again();
        const { html, held } = await answer.json();
        if (held) { bubble.remove(); showHeld(html, { all: false }); } else addMessage(html, { ours: true });
        document.dispatchEvent(new CustomEvent("desk:changed", { detail: { conversations: [this.conversation] } }));
        return;
      }
      const told = await answer.json().catch(() => ({}));
      this.fail(bubble, sent, told.error?.text ?? "");
    } catch { this.fail(bubble, sent, ""); }
  }

  /** @param {HTMLElement} bubble @param {Outgoing} sent @param {string} why */
  fail(bubble, sent, why) {
    bubble.classList.remove("sending");
    bubble.classList.add("failed");
    /** @type {HTMLElement} */ (bubble.querySelector(".state")).textContent = "";
    const place = /** @type {HTMLElement} */ (bubble.querySelector(".failure"));
    /** @type {HTMLElement} */ (place.querySelector("span")).textContent = `${say("failed")}. ${why}`;
    place.hidden = false;
    /** @type {HTMLElement} */ (place.querySelector("[data-again]")).onclick = () => this.deliver(sent);
    /** @type {HTMLElement} */ (place.querySelector("[data-drop]")).onclick = () => {
      forget(this.conversation, sent);
      bubble.remove();
      this.mode = sent.mode;
      this.drafts.edit(sent.mode, { attachments: [...this.drafts.get(sent.mode).attachments, ...sent.files] });
      this.showFiles();
      this.insert(sent.text);
    };
    // The network or the server coming back is the usual cure.
    if (!why) document.addEventListener("stream:back", () => { if (bubble.isConnected && bubble.matches(".failed")) this.deliver(sent); }, { once: true });
  }

  /** @param {Outgoing} sent @returns {HTMLElement} */
  bubble(sent) {
    const talk = /** @type {HTMLElement} */ (document.getElementById("talk"));
    const there = /** @type {HTMLElement | null} */ (talk.querySelector(`[data-client="${sent.client}"]`));
    if (there) return there;
    const bubble = /** @type {HTMLElement} */ (copyOf("t-message").firstElementChild);
    bubble.dataset.client = sent.client;
    bubble.classList.add(sent.mode, "came");
    /** @type {HTMLElement} */ (bubble.querySelector("b")).textContent = document.getElementById("desk")?.dataset.agentName ?? "";
    const text = /** @type {HTMLElement} */ (bubble.querySelector(".bub"));
    text.textContent = sent.text;
    text.hidden = !sent.text.trim();
    bubble.querySelector(".files")?.append(...sent.files.map((file) => Object.assign(document.createElement("span"), { className: "file", textContent: file.name })));
    talk.append(bubble);
    toBottom();
    return bubble;
  }
}

customElements.define("desk-composer", DeskComposer);
