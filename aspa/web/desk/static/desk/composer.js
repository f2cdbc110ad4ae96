/** Where one answers. Reply and note are two texts that can't be mixed up; what is written is always kept on the
 * server; what is sent shows at once, and stays until the server has it. */
import { copyOf, elements, newClientId, post, say, settled, upload } from "./server.js";
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
  /** @type {Record<Mode, Draft>} */
  drafts = { reply: { text: "", attachments: [] }, note: { text: "", attachments: [] } };
  /** @type {Promise<unknown>} one after another, so that order is kept */
  sending = Promise.resolve();
  /** @type {Promise<unknown>} the newest saving of a draft: what is sent goes after it, or the draft would outlive its message */
  saving = Promise.resolve();
  unsaved = false;
  typed = 0;
  /** @type {Way[]} by which the customer can be answered, the best first */
  ways = [];
  /** Whether the agent has chosen the way: then a message that comes by another one doesn't change it. */
  chosen = false;

  connectedCallback() {
    if (this.field) return;
    // A conversation put into the page gets its elements from the outside in.
    customElements.upgrade(this);
    this.field = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    this.status = /** @type {HTMLElement} */ (this.querySelector(".status"));
    this.conversation = Number(/** @type {HTMLElement} */ (this.closest("[data-conversation]")).dataset.conversation);
    Object.assign(this.drafts, JSON.parse(this.querySelector("#drafts")?.textContent ?? "{}"));
    this.recipients = /** @type {import("./recipients.js").Recipients} */ (this.querySelector("desk-recipients"));
    this.readWays(this.drafts.reply.options);
    this.saveSoon = settled(() => this.save(), SAVE_AFTER);
    this.listen();
    const written = /** @type {Mode[]} */ (["reply", "note"]).find((mode) => this.drafts[mode].text || this.drafts[mode].attachments.length);
    this.mode = this.dataset.mode === "note" ? "note" : written ?? "reply";
    if (written) this.say(say("saved"));
    for (const waiting of this.outbox()) this.deliver(waiting);
    if (matchMedia("(min-width: 821px)").matches && document.activeElement === document.body) this.field.focus({ preventScroll: true });
  }

  disconnectedCallback() { this.save(true); leave(); for (const [name, listener] of this.told) document.removeEventListener(name, listener); document.removeEventListener("visibilitychange", this.leaving); window.removeEventListener("pagehide", this.leaving); document.removeEventListener("composer:insert", this.inserting); }

  listen() {
    this.field.addEventListener("input", () => this.typing());
    this.field.addEventListener("blur", () => this.save());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.submit(); }
      if (event.key === "z" && (event.ctrlKey || event.metaKey) && !this.field.value && undoNewest()) event.preventDefault();
    });
    this.field.addEventListener("paste", (event) => { const files = [...(event.clipboardData?.files ?? [])]; if (files.length) { event.preventDefault(); this.add(files); } });
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
    ["composer:keep", (event) => /** @type {CustomEvent} */ (event).detail.keeping.push(this.save(), this.saving)],
    ["composer:restore", (event) => this.restore(/** @type {CustomEvent} */ (event).detail)],
    ["talk:changed", () => this.followCustomer()],
    ["stream:page", (event) => { if (/** @type {CustomEvent} */ (event).detail.conversation === this.conversation) this.askWays(); }],
  ];
  leaving = () => { if (document.visibilityState === "hidden") this.save(true); };
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
    this.unsaved = true;
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
      const written = this.chosen || this.drafts.reply.text ? this.options : undefined;
      place.replaceWith(fresh);
      this.readWays(written);
      this.checkLimits();
    } catch { /* the next message tells again */ }
  }

  /** @param {string} until */
  sendLater(until) {
    /** @type {HTMLElement | null} */ (this.querySelector("#later-menu"))?.hidePopover?.();
    if (until) this.submit(until);
  }

  /** What was taken back is written here again. @param {{draft: Draft | null, url: string}} detail */
  restore({ draft, url }) {
    if (!draft || !url.startsWith(this.dataset.url ?? " ")) return;
    this.drafts.reply = draft;
    this.unsaved = false;
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
    this.save();
    this.dataset.mode = mode;
    for (const tab of this.querySelectorAll("[role=tab]")) tab.setAttribute("aria-selected", String(/** @type {HTMLElement} */ (tab).dataset.mode === mode));
    this.field.placeholder = this.field.dataset[`${mode}Hint`] ?? "";
    this.field.setAttribute("aria-label", this.field.dataset[`${mode}Label`] ?? "");
    this.field.value = this.drafts[mode].text;
    grow(this.field);
    this.showFiles();
    this.checkLimits();
    closeSuggestions();
  }

  typing() {
    this.drafts[this.mode].text = this.field.value;
    this.unsaved = true;
    this.say("");
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
    const files = reply && way !== null && this.drafts.reply.attachments.length > way.files;
    const wrong = !reply ? "" : !way ? say("no_way") : way.copies ? this.recipients.problem : "";
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll("[data-send], [data-send-later]"))) button.disabled = over > 0 || files || Boolean(wrong);
    if (over > 0) this.say(say("too_long", { count: over }), true);
    else if (files) this.say(say("too_many", { count: way?.files ?? 0 }), true);
    else if (wrong) this.say(wrong, true);
  }

  /** @param {string} text */
  say(text, late = false) {
    this.status.textContent = text;
    this.status.classList.toggle("late", late);
  }

  /** Keep what is written. When the page is leaving, the browser finishes the request by itself. */
  async save(leaving = false) {
    if (!this.unsaved) return;
    this.unsaved = false;
    const { text, attachments } = this.drafts[this.mode];
    const values = { kind: this.mode, text, attachments: JSON.stringify(attachments), options: JSON.stringify(this.mode === "reply" ? this.options : {}) };
    try {
      const asked = post(`${this.dataset.url}drafts`, values, { keepalive: leaving && text.length < 30_000 });
      this.saving = asked.catch(() => {});
      const answer = await asked;
      if (!answer.ok) throw new Error(String(answer.status));
      if (!this.unsaved && !this.status.classList.contains("late")) this.say(this.field.value || attachments.length ? say("saved") : "");
    } catch {
      this.unsaved = true;
      this.say(say("unsaved"), true);
      setTimeout(() => this.save(), 5000);
    }
  }

  /* Files */

  /** @param {File[]} files */
  async add(files) {
    const mode = this.mode;
    for (const file of files) {
      const limit = this.way?.bytes ?? 0;
      if (mode === "reply" && limit && file.size > limit) { this.say(say("too_large", { count: Math.floor(limit / 1048576) }), true); continue; }
      this.say(say("uploading", { name: file.name }));
      try {
        const answer = await upload(this.dataset.upload ?? "", file), told = await answer.json();
        if (!answer.ok) { this.say(told.error?.text ?? say("failed"), true); continue; }
        this.drafts[mode].attachments.push(told);
        this.unsaved = true;
        this.say("");
        this.saveSoon?.();
        this.showFiles();
        this.checkLimits();
      } catch { this.say(say("unsaved"), true); }
    }
  }

  /** @param {string} id */
  remove_(id) {
    const draft = this.drafts[this.mode];
    draft.attachments = draft.attachments.filter((file) => file.id !== id);
    this.unsaved = true;
    this.saveSoon?.();
    this.showFiles();
    this.say("");
    this.checkLimits();
  }

  showFiles() {
    const place = /** @type {HTMLElement} */ (this.querySelector(".added")), files = this.drafts[this.mode].attachments;
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
    const mode = this.mode, { text, attachments } = this.drafts[mode];
    if ((!text.trim() && !attachments.length) || /** @type {HTMLButtonElement} */ (this.querySelector("[data-send]")).disabled) return;
    const promises = /** @type {import("./promise.js").Promises | null} */ (mode === "reply" ? this.querySelector("desk-promises") : null);
    if (promises?.stops(text, until)) return;
    const outgoing = { client: newClientId(), mode, text, files: attachments, options: mode === "reply" ? structuredClone(this.options) : {}, until, promised: promises?.take() ?? [] };
    this.outbox([...this.outbox(), outgoing]);
    this.drafts[mode] = { text: "", attachments: [] };
    // Who had a copy has the next one too; who had a hidden one may not be meant again.
    this.recipients.set(this.recipients.copies.cc, []);
    this.field.value = "";
    grow(this.field);
    this.unsaved = false;
    this.say("");
    this.showFiles();
    closeSuggestions();
    this.deliver(outgoing);
    this.field.focus();
  }

  /** @param {Outgoing} outgoing */
  deliver(outgoing) {
    const bubble = this.bubble(outgoing);
    bubble.classList.add("sending");
    bubble.classList.remove("failed");
    /** @type {HTMLElement} */ (bubble.querySelector(".failure")).hidden = true;
    /** @type {HTMLElement} */ (bubble.querySelector(".state")).textContent = `· ${say("sending")}`;
    const saved = this.saving;
    this.sending = this.sending.then(() => saved).then(() => this.hand(outgoing, bubble));
  }

  /** @param {Outgoing} outgoing @param {HTMLElement} bubble */
  async hand(outgoing, bubble) {
    try {
      const { via, cc = [], bcc = [], subject = "" } = outgoing.options ?? {};
      const answer = await post(`${this.dataset.url}${outgoing.mode === "reply" ? "replies" : "notes"}`, { text: outgoing.text, client_id: outgoing.client, attachments: outgoing.files.map((file) => file.id), via: via ? String(via) : "", cc, bcc, subject, until: outgoing.until ?? "", promise_text: (outgoing.promised ?? []).map((one) => one.text), promise_due: (outgoing.promised ?? []).map((one) => one.due) });
      if (answer.ok) {
        this.forget(outgoing);
        const { html, held } = await answer.json();
        if (held) { bubble.remove(); showHeld(html, { all: false }); } else addMessage(html, { ours: true });
        document.dispatchEvent(new CustomEvent("desk:changed", { detail: { conversations: [this.conversation] } }));
        return;
      }
      const told = await answer.json().catch(() => ({}));
      this.fail(bubble, outgoing, told.error?.text ?? "");
    } catch { this.fail(bubble, outgoing, ""); }
  }

  /** @param {HTMLElement} bubble @param {Outgoing} outgoing @param {string} why */
  fail(bubble, outgoing, why) {
    bubble.classList.remove("sending");
    bubble.classList.add("failed");
    /** @type {HTMLElement} */ (bubble.querySelector(".state")).textContent = "";
    const place = /** @type {HTMLElement} */ (bubble.querySelector(".failure"));
    /** @type {HTMLElement} */ (place.querySelector("span")).textContent = `${say("failed")}. ${why}`;
    place.hidden = false;
    /** @type {HTMLElement} */ (place.querySelector("[data-again]")).onclick = () => this.deliver(outgoing);
    /** @type {HTMLElement} */ (place.querySelector("[data-drop]")).onclick = () => {
      this.forget(outgoing);
      bubble.remove();
      this.mode = outgoing.mode;
      this.drafts[outgoing.mode].attachments.push(...outgoing.files);
      this.showFiles();
      this.insert(outgoing.text);
    };
    // The network or the server coming back is the usual cure.
    if (!why) document.addEventListener("stream:back", () => { if (bubble.isConnected && bubble.matches(".failed")) this.deliver(outgoing); }, { once: true });
  }

  /** @param {Outgoing} outgoing @returns {HTMLElement} */
  bubble(outgoing) {
    const talk = /** @type {HTMLElement} */ (document.getElementById("talk"));
    const there = /** @type {HTMLElement | null} */ (talk.querySelector(`[data-client="${outgoing.client}"]`));
    if (there) return there;
    const bubble = /** @type {HTMLElement} */ (copyOf("t-message").firstElementChild);
    bubble.dataset.client = outgoing.client;
    bubble.classList.add(outgoing.mode, "came");
    /** @type {HTMLElement} */ (bubble.querySelector("b")).textContent = document.getElementById("desk")?.dataset.agentName ?? "";
    const text = /** @type {HTMLElement} */ (bubble.querySelector(".bub"));
    text.textContent = outgoing.text;
    text.hidden = !outgoing.text.trim();
    bubble.querySelector(".files")?.append(...outgoing.files.map((file) => Object.assign(document.createElement("span"), { className: "file", textContent: file.name })));
    talk.append(bubble);
    toBottom();
    return bubble;
  }

  /** What is on its way is kept in the browser too, so that a reload loses nothing; the client id makes it one message.
   * @param {Outgoing[]} [all] @returns {Outgoing[]} */
  outbox(all) {
    const key = `aspa:outbox:${document.getElementById("desk")?.dataset.agent}:${this.conversation}`;
    try {
      if (all) all.length ? localStorage.setItem(key, JSON.stringify(all)) : localStorage.removeItem(key);
      return all ?? JSON.parse(localStorage.getItem(key) ?? "[]");
    } catch { return all ?? []; }
  }

  /** @param {Outgoing} outgoing */
  forget(outgoing) { this.outbox(this.outbox().filter((one) => one.client !== outgoing.client)); }
}

customElements.define("desk-composer", DeskComposer);
