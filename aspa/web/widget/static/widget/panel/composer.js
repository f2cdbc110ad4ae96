/** Where the customer writes: text, files, emoji. What is unsent survives the page. */

import { el, icon, iconButton } from "./dom.js";
import { Files } from "./files.js";
import { part } from "./parts.js";

export class Composer {
  /** @param {import("../aspa.js").App} app @param {import("./session.js").Session} session
   *  @param {() => Record<string, string>|null|undefined} contact asks the pre-chat form; null holds the message back
   *  @param {() => boolean} another whether a new conversation is being begun */
  constructor(app, session, contact, another) {
    this.app = app;
    this.session = session;
    this.contact = contact;
    this.another = another;
    this.input = el("textarea", {
      rows: 1,
      dir: "auto",
      value: app.store.get("draft") ?? "",
      placeholder: app.word("writeHere"),
      "aria-label": app.word("writeHere"),
      "aria-describedby": "aspa-note",
      enterKeyHint: "send",
      on: {
        input: () => this.edited(),
        keydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event),
        paste: (/** @type {ClipboardEvent} */ event) => this.pasted(event),
      },
    });
    this.note = el("p", { className: "note", id: "aspa-note", role: "status" });
    this.files = new Files(app, () => this.filesChanged());
    this.picker = el("input", { type: "file", multiple: true, hidden: true, accept: [...app.config.limits.types, ".csv", ".log", ".m4a"].join(","), on: { change: () => this.picked() } });
    this.rules = el("span", { className: "tip", id: "aspa-rules", role: "tooltip" }, this.files.rules);
    this.attach = iconButton("attach", app.word("attach"), () => this.picker.click(), { title: "", "aria-describedby": "aspa-rules" });
    this.smile = iconButton("smile", app.word("emoji"), () => this.toggleEmojis(), { "aria-expanded": "false" });
    this.sendButton = iconButton("send", app.word("send"), () => this.send(), { className: "send" });
    this.popup = el("div", { className: "popup", hidden: true });
    this.box = el(
      "form",
      { className: "composer", on: { submit: (/** @type {Event} */ event) => event.preventDefault() } },
      this.popup,
      this.files.news,
      this.files.tray,
      el("div", { className: "field" }, this.attach, this.rules, this.input, this.smile, this.sendButton, this.picker),
      this.note,
    );
    this.edited(false);
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  /** @param {boolean} [typed] */
  edited(typed = true) {
    const { app, input } = this;
    if (typed) {
      app.store.set("draft", input.value || undefined);
      if (input.value) this.session.writing();
    }
    const left = app.config.limits.text - input.value.length;
    this.tooLong = left < 0;
    this.note.textContent = left < 0 ? app.word("tooLong", { count: -left }) : left < 200 ? app.word("charactersLeft", { count: left }) : "";
    // Said now and then, not at every key.
    this.note.setAttribute("aria-live", left % 50 && left !== -1 ? "off" : "polite");
    this.note.classList.toggle("wrong", left < 0);
    this.filled();
    this.grow();
  }

  /** As tall as its text, to a limit that the style sheet sets. */
  grow() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight}px`;
  }

  filled() {
    const something = this.input.value.trim() || this.files?.pieces.length;
    this.sendButton.setAttribute("aria-disabled", String(!something || this.tooLong));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    // A thumb's Enter makes a line; a keyboard's sends. During composition (IME) it only chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    this.send();
  }

  /** @param {ClipboardEvent} event */
  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData?.getData("text/plain")) return;
    event.preventDefault();
    this.files.add(files);
  }

  picked() {
    this.files.add([...this.picker.files]);
    this.picker.value = "";
    this.focus();
  }

  filesChanged() {
    if (!this.files) return;
    this.filled();
    if (this.waiting && !this.files.underway) this.send();
  }

  send() {
    const text = this.input.value.trim();
    this.waiting = false;
    if ((!text && !this.files.pieces.length) || this.tooLong) return;
    if (this.files.underway) {
      this.waiting = true;
      this.note.setAttribute("aria-live", "polite");
      this.note.textContent = this.app.word("sendsWhenUploaded");
      return;
    }
    if (!this.files.ready) return this.edited(false); // A file failed and says so itself: retry or remove it first.
    const contact = this.contact();
    if (contact === null) return;
    this.input.value = "";
    const attachments = this.files.sent;
    this.files.clear();
    this.closeEmojis();
    this.edited(false);
    this.app.store.set("draft", undefined);
    this.session.write(text, attachments, contact, this.another() || undefined);
    this.focus();
  }

  async toggleEmojis() {
    if (!this.popup.hidden) return this.closeEmojis(true);
    const { emojiGrid } = await part(this.app, "emoji").catch(() => ({})); // Without a network there are none.
    if (!emojiGrid) return;
    this.popup.replaceChildren(emojiGrid(this.app, el, (/** @type {string} */ emoji) => this.insert(emoji), () => this.closeEmojis(true)));
    this.popup.hidden = false;
    this.smile.setAttribute("aria-expanded", "true");
    this.popup.querySelector("button").focus();
  }

  /** @param {boolean} [focus] */
  closeEmojis(focus = false) {
    this.popup.hidden = true;
    this.smile.setAttribute("aria-expanded", "false");
    if (focus) this.focus();
  }

  /** @param {string} emoji */
  insert(emoji) {
    this.input.setRangeText(emoji, this.input.selectionStart, this.input.selectionEnd, "end");
    this.closeEmojis(true);
    this.edited();
  }
}

/** Files dropped anywhere on the panel. @param {HTMLElement} panel @param {import("../aspa.js").App} app @param {() => Composer|null} composer */
export function takeDrops(panel, app, composer) {
  const veil = el("div", { className: "veil", hidden: true }, icon("attach"), el("b", {}, app.word("dropHere")), el("span"));
  let depth = 0; // dragenter and dragleave come for every child passed over
  /** @param {number} now */
  const show = (now) => {
    depth = Math.max(0, now);
    veil.hidden = !depth || !composer();
    veil.lastChild.textContent = composer()?.files.rules ?? "";
  };
  /** @param {(event: DragEvent) => void} act */
  const withFiles = (act) => (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    act(event);
  };
  panel.addEventListener("dragenter", withFiles(() => show(depth + 1)));
  panel.addEventListener("dragover", withFiles(() => {}));
  panel.addEventListener("dragleave", withFiles(() => show(depth - 1)));
  panel.addEventListener("drop", withFiles((event) => {
    show(0);
    composer()?.files.add([...(event.dataTransfer?.files ?? [])]);
    composer()?.focus();
  }));
  return veil;
}
