/** Pictures that are pasted, dropped or chosen: asked about in words, uploaded, and put where one writes. */
import { block } from "./toolbar.js";

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} body @param {(text: string, late?: boolean) => void} say */
export function listen(form, body, say) {
  const input = /** @type {HTMLInputElement} */ (document.getElementById("file"));
  input.addEventListener("change", () => { takeAll([...(input.files ?? [])]); input.value = ""; });
  body.addEventListener("paste", (event) => { const files = [...(event.clipboardData?.files ?? [])]; if (files.length) { event.preventDefault(); takeAll(files); } });
  for (const name of ["dragenter", "dragover"]) body.addEventListener(name, (event) => { if (/** @type {DragEvent} */ (event).dataTransfer?.types.includes("Files")) { event.preventDefault(); body.classList.add("dropping"); } });
  for (const name of ["dragleave", "drop"]) body.addEventListener(name, () => body.classList.remove("dropping"));
  body.addEventListener("drop", (event) => { const files = [...(event.dataTransfer?.files ?? [])]; if (files.length) { event.preventDefault(); takeAll(files); } });

  /** @param {File[]} files */
  async function takeAll(files) { for (const file of files) await take(file); }

  /** @param {File} file */
  async function take(file) {
    const alt = await askWords(file);
    if (alt === null) return;
    say(form.dataset.sayUploading ?? "");
    const values = new FormData();
    values.append("file", file);
    values.append("alt", alt);
    const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrfmiddlewaretoken")).value;
    try {
      const answer = await fetch(form.dataset.upload ?? "", { method: "POST", body: values, headers: { "X-CSRFToken": token } });
      const { url, text } = await answer.json();
      if (!answer.ok) { say(text, true); return; }
      say("");
      block(body, `![${alt.replace(/[[\]\n]/g, " ")}](${url})`);
    } catch { say(document.body.dataset.failed ?? "", true); }
  }
}

/** What the file shows; null when it isn't to be taken. @param {File} file @returns {Promise<string | null>} */
function askWords(file) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("picture")), form = /** @type {HTMLFormElement} */ (document.getElementById("picture-form"));
  const shown = /** @type {HTMLImageElement} */ (document.getElementById("picture-shown")), words = /** @type {HTMLInputElement} */ (document.getElementById("alt"));
  const address = file.type.startsWith("image/") ? URL.createObjectURL(file) : "";
  shown.hidden = !address;
  if (address) shown.src = address;
  words.value = "";
  dialog.showModal();
  words.focus();
  return new Promise((resolve) => {
    let answer = /** @type {string | null} */ (null);
    form.onsubmit = () => { answer = words.value.trim(); };
    dialog.addEventListener("close", () => { if (address) URL.revokeObjectURL(address); resolve(answer); }, { once: true });
  });
}
