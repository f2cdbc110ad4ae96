/** The files of a letter that begins a conversation: chosen, pasted or dropped, and with the server before it is sent. */
import { copyOf, say, upload } from "./server.js";

/** @typedef {{id: string, name: string, url: string, width: number | null}} Added */

class NewLetter extends HTMLElement {
  uploading = 0;

  connectedCallback() {
    if (this.status) return;
    this.status = /** @type {HTMLElement} */ (this.querySelector(".status"));
    this.list = /** @type {HTMLElement} */ (this.querySelector(".added"));
    this.addEventListener("change", (event) => { const input = /** @type {HTMLInputElement} */ (event.target); if (input.matches("[data-add-files]")) { this.add([...(input.files ?? [])]); input.value = ""; } });
    this.addEventListener("paste", (event) => { const files = [...(event.clipboardData?.files ?? [])]; if (files.length) { event.preventDefault(); this.add(files); } });
    for (const name of /** @type {const} */ (["dragenter", "dragover"])) this.addEventListener(name, (event) => { if (event.dataTransfer?.types.includes("Files")) { event.preventDefault(); this.classList.add("dropping"); } });
    for (const name of ["dragleave", "drop"]) this.addEventListener(name, () => this.classList.remove("dropping"));
    this.addEventListener("drop", (event) => { const files = [...(event.dataTransfer?.files ?? [])]; if (files.length) { event.preventDefault(); this.add(files); } });
    this.addEventListener("click", (event) => { const item = /** @type {Element} */ (event.target).closest(".added button")?.closest("li"); if (item) { item.remove(); this.list.hidden = !this.list.children.length; this.say(""); } });
  }

  /** @param {File[]} files */
  async add(files) {
    this.busy(1);
    for (const file of files) {
      this.say(say("uploading", { name: file.name }));
      try {
        const answer = await upload(this.dataset.upload ?? "", file), told = await answer.json();
        if (answer.ok) { this.show(told); this.say(""); } else this.say(told.error?.text ?? say("failed"), true);
      } catch { this.say(say("unsaved"), true); }
    }
    this.busy(-1);
  }

  /** @param {Added} file */
  show(file) {
    const item = /** @type {HTMLElement} */ (copyOf("t-file").firstElementChild);
    /** @type {HTMLElement} */ (item.querySelector(".cut")).textContent = file.name;
    if (file.width) item.querySelector(".thumb")?.replaceChildren(Object.assign(new Image(), { src: file.url, alt: "" }));
    item.append(Object.assign(document.createElement("input"), { type: "hidden", name: "attachments", value: file.id }));
    this.list.append(item);
    this.list.hidden = false;
  }

  /** A letter isn't sent before its files are there. @param {1 | -1} more */
  busy(more) {
    this.uploading += more;
    /** @type {HTMLButtonElement} */ (this.closest("form")?.querySelector("[data-send-new]")).disabled = this.uploading > 0;
  }

  /** @param {string} text */
  say(text, late = false) {
    this.status.textContent = text;
    this.status.classList.toggle("late", late);
  }
}

customElements.define("desk-new-letter", NewLetter);
