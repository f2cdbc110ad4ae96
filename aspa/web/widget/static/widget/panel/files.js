/** The files of the message being written: checked, sent ahead with their progress, shown, taken away. */

import { el, icon, iconButton, size } from "./dom.js";
import { Refused, address, credentials } from "./request.js";

/** @typedef {import("./thread.js").File_} File_ */
/** @typedef {{name: string, type: string, size: number, done: File_|null, error: string, sent: number,
 *   source: File|null, preview: string, call: XMLHttpRequest|null}} Piece */

export class Files {
  /** @param {import("../aspa.js").App} app @param {() => void} changed */
  constructor(app, changed) {
    this.app = app;
    this.changed = changed;
    this.pieces = /** @type {Piece[]} */ ((app.store.get("files") ?? []).map(kept));
    this.tray = el("ul", { className: "tray", "aria-label": app.word("attachments") });
    this.news = el("p", { className: "refusal", role: "alert" });
    this.draw();
  }

  /** What may be sent, said before anything is. */
  get rules() {
    const { limits } = this.app.config;
    return this.app.word("fileLimits", { count: limits.files, size: size(limits.file, this.app.language), types: kinds(limits.types) });
  }

  get ready() {
    return this.pieces.every((piece) => piece.done);
  }

  get underway() {
    return this.pieces.some((piece) => !piece.done && !piece.error);
  }

  /** @returns {File_[]} */
  get sent() {
    return this.pieces.flatMap((piece) => piece.done ?? []);
  }

  /** @param {Iterable<File>} files */
  add(files) {
    const refusals = [];
    for (const file of files) {
      const reason = this.objection(file);
      if (reason) {
        refusals.push(reason);
        continue;
      }
      const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : "";
      const piece = { name: file.name || "image.png", type: file.type, size: file.size, done: null, error: "", sent: 0, source: file, preview, call: null };
      this.pieces.push(piece);
      void this.upload(piece);
    }
    this.news.textContent = refusals.join(" ");
    this.draw();
  }

  /** @param {File} file @returns {string} */
  objection(file) {
    const { limits } = this.app.config;
    const name = file.name;
    if (this.pieces.length >= limits.files) return this.app.word("tooManyFiles", { count: limits.files });
    if (file.size > limits.file) return this.app.word("fileTooBig", { name, size: size(limits.file, this.app.language) });
    if (!file.size) return this.app.word("fileEmpty", { name });
    if (!allowed(file, limits.types)) return this.app.word("fileWrongType", { name, types: kinds(limits.types) });
    return "";
  }

  /** @param {Piece} piece */
  async upload(piece) {
    piece.error = "";
    piece.sent = 0;
    try {
      piece.done = await this.post(piece);
      if (this.pieces.includes(piece)) this.keep();
    } catch (error) {
      piece.error = (error instanceof Refused && error.message) || this.app.word("uploadFailed");
      if (error instanceof Refused && error.final) piece.source = null; // The same would be refused again.
    }
    piece.call = null;
    this.draw();
  }

  /** fetch can't tell how much has gone; XMLHttpRequest can. @param {Piece} piece @returns {Promise<File_>} */
  post(piece) {
    return new Promise((resolve, reject) => {
      const call = (piece.call = new XMLHttpRequest());
      call.open("POST", address(this.app, "attachments"));
      call.responseType = "json";
      const headers = { ...credentials(this.app), "Content-Type": piece.type || "application/octet-stream", "X-File-Name": encodeURIComponent(piece.name) };
      for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
      call.upload.onprogress = (event) => {
        piece.sent = event.loaded / event.total;
        this.drawProgress(piece);
      };
      call.onload = () => {
        if (call.status >= 300) return reject(new Refused(call.status, call.response?.error));
        if (call.response.token) this.app.store.set("token", call.response.token);
        resolve(call.response);
      };
      call.onerror = call.ontimeout = () => reject(new TypeError("network"));
      call.send(piece.source);
    });
  }

  /** @param {Piece} piece */
  remove(piece) {
    piece.call?.abort();
    if (piece.preview) URL.revokeObjectURL(piece.preview);
    this.pieces = this.pieces.filter((other) => other !== piece);
    this.news.textContent = "";
    this.keep();
    this.draw();
  }

  clear() {
    for (const piece of [...this.pieces]) this.remove(piece);
  }

  /** What has arrived outlives the page, as the draft's text does. */
  keep() {
    this.app.store.set("files", this.sent);
  }

  draw() {
    this.tray.replaceChildren(...this.pieces.map((piece) => this.card(piece)));
    this.tray.hidden = !this.pieces.length;
    this.changed();
  }

  /** @param {Piece} piece */
  drawProgress(piece) {
    const bar = this.tray.children[this.pieces.indexOf(piece)]?.querySelector("progress");
    if (bar) bar.value = piece.sent;
  }

  /** @param {Piece} piece */
  card(piece) {
    const { app } = this;
    const source = piece.preview || (piece.done && /^image\/(png|jpeg|gif|webp|avif)$/.test(piece.type) && new URL(piece.done.url, app.base).href);
    const thumb = el("span", { className: "thumb" }, icon("file"));
    if (source) thumb.append(el("img", { alt: "", src: source, on: { error: (/** @type {Event} */ event) => /** @type {Element} */ (event.target).remove() } }));
    const state = piece.error
      ? el("small", { className: "wrong" }, piece.error)
      : piece.done
        ? el("small", {}, size(piece.size, app.language))
        : el("progress", { max: 1, value: piece.sent, "aria-label": app.word("uploading", { name: piece.name }) });
    const again = piece.error && piece.source && el("button", { type: "button", className: "link", on: { click: () => (void this.upload(piece), this.draw()) } }, app.word("tryAgain"));
    return el(
      "li",
      { className: "piece" },
      thumb,
      el("span", { className: "about" }, el("b", {}, piece.name), state),
      again,
      iconButton("close", app.word("removeFile", { name: piece.name }), () => this.remove(piece)),
    );
  }
}

/** @param {File_} file @returns {Piece} */
const kept = (file) => ({ name: file.name, type: file.type, size: file.size, done: file, error: "", sent: 1, source: null, preview: "", call: null });

/** @param {File} file @param {string[]} types such as "image/png" */
function allowed(file, types) {
  return types.some((type) => {
    // Texts and sounds have too many names (text/csv, audio/x-m4a); the server looks at what is inside.
    const family = /^(text|audio)\//.exec(type)?.[0];
    return family ? file.type.startsWith(family) : file.type === type || !file.type;
  });
}

/** "image/png" → "PNG", as people call them. @param {string[]} types */
function kinds(types) {
  const called = /** @type {Record<string, string>} */ ({ plain: "TXT", document: "DOCX", sheet: "XLSX", text: "ODT", spreadsheet: "ODS", quicktime: "MOV", mpeg: "MP3", mp4: "MP4" });
  const names = types.map((type) => type.replace(/^.*[./]/, "")).map((tail) => called[tail] ?? tail.toUpperCase());
  return [...new Set(names)].join(", ");
}
