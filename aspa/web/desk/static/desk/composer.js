/** Where one answers. Reply and note are two texts that can't be mixed up; what is written is always kept on the
 * server; what is sent shows at once, and stays until the server has it. */
import { copyOf, newClientId, post, say, settled, upload } from "./server.js";
import { addMessage, toBottom } from "./talk.js";
import { send as tell } from "./stream.js";
import { close as closeSuggestions, suggest } from "./suggest.js";
import "./emoji.js";

/** @typedef {"reply" | "note"} Mode */
/** @typedef {{id: string, name: string, url: string, type: string, size: number, width: number | null}} Added */
/** @typedef {{text: string, attachments: Added[]}} Draft */
/** @typedef {{client: string, mode: Mode, text: string, files: Added[]}} Outgoing */

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

  connectedCallback() {
    if (this.field) return;
    this.field = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    this.status = /** @type {HTMLElement} */ (this.querySelector(".status"));
    this.conversation = Number(/** @type {HTMLElement} */ (this.closest("[data-conversation]")).dataset.conversation);
    Object.assign(this.drafts, JSON.parse(this.querySelector("#drafts")?.textContent ?? "{}"));
    this.saveSoon = settled(() => this.save(), SAVE_AFTER);
    this.listen();
    const written = /** @type {Mode[]} */ (["reply", "note"]).find((mode) => this.drafts[mode].text || this.drafts[mode].attachments.length);
    this.mode = this.dataset.mode === "note" ? "note" : written ?? "reply";
    if (written) this.say(say("saved"));
    for (const waiting of this.outbox()) this.deliver(waiting);
    if (matchMedia("(min-width: 821px)").matches && document.activeElement === document.body) this.field.focus({ preventScroll: true });
  }

  disconnectedCallback() { this.save(true); document.removeEventListener("visibilitychange", this.leaving); window.removeEventListener("pagehide", this.leaving); document.removeEventListener("composer:insert", this.inserting); }

  listen() {
    this.field.addEventListener("input", () => this.typing());
    this.field.addEventListener("blur", () => this.save());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.submit(); }
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
  }
  leaving = () => { if (document.visibilityState === "hidden") this.save(true); };
  inserting = (/** @type {Event} */ event) => { const { text, mode } = /** @type {CustomEvent} */ (event).detail; if (mode) this.mode = mode; if (text) this.insert(text); this.field.focus(); };

  /** @param {Element} target */
  click(target) {
    const tab = /** @type {HTMLElement | null} */ (target.closest("[role=tab]"));
    if (tab) { this.mode = /** @type {Mode} */ (tab.dataset.mode); this.field.focus(); }
    else if (target.closest("[data-send]")) this.submit();
    else if (target.closest("[data-canned]")) suggest(this.field, { kind: "canned", words: "", from: this.field.selectionStart });
    else if (target.closest("[data-mention]")) { this.insert("@"); this.typing(); }
    else if (target.closest(".added button")) this.remove_(/** @type {HTMLElement} */ (target.closest("li")).dataset.id ?? "");
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
    const canned = before.match(/(?:^|\s)\/([\p{L}\p{N}_-]*)$/u), mention = this.mode === "note" && before.match(/(?:^|\s)@([\p{L} ]{0,24})$/u);
    if (canned) suggest(this.field, { kind: "canned", words: canned[1], from: this.field.selectionStart - canned[1].length - 1 });
    else if (mention) suggest(this.field, { kind: "colleagues", words: mention[1], from: this.field.selectionStart - mention[1].length - 1 });
    else closeSuggestions();
  }

  /** @param {string} text */
  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.typing();
  }

  /** Channels have their limits; they are told before sending. */
  checkLimits() {
    const over = this.mode === "reply" ? this.field.value.length - Number(this.dataset.limit) : 0;
    const files = this.mode === "reply" && this.drafts.reply.attachments.length > Number(this.dataset.files);
    const button = /** @type {HTMLButtonElement} */ (this.querySelector("[data-send]"));
    button.disabled = over > 0 || files;
    if (over > 0) this.say(say("too_long", { count: over }), true);
    else if (files) this.say(say("too_many", { count: this.dataset.files ?? "" }), true);
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
    const values = { kind: this.mode, text, attachments: JSON.stringify(attachments) };
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
      const limit = Number(this.dataset.bytes);
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

  submit() {
    const mode = this.mode, { text, attachments } = this.drafts[mode];
    if ((!text.trim() && !attachments.length) || /** @type {HTMLButtonElement} */ (this.querySelector("[data-send]")).disabled) return;
    const outgoing = { client: newClientId(), mode, text, files: attachments };
    this.outbox([...this.outbox(), outgoing]);
    this.drafts[mode] = { text: "", attachments: [] };
    this.field.value = "";
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
      const answer = await post(`${this.dataset.url}${outgoing.mode === "reply" ? "replies" : "notes"}`, { text: outgoing.text, client_id: outgoing.client, attachments: outgoing.files.map((file) => file.id) });
      if (answer.ok) {
        this.forget(outgoing);
        addMessage((await answer.json()).html, { ours: true });
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
