/** The tools above the text, and the same by keyboard. Everything goes in as if it were typed, so that undoing works. */

const CALLOUTS = ["note", "tip", "warning"];

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} body */
export function listen(form, body) {
  const words = form.dataset;
  /** @type {Record<string, () => void>} */
  const tools = {
    bold: () => around(body, "**", words.wordText ?? ""),
    italic: () => around(body, "*", words.wordText ?? ""),
    heading: () => lines(body, (line) => (/^## /.test(line) ? line.slice(3) : `## ${line.replace(/^#+ /, "") || words.wordHeading}`)),
    list: () => lines(body, (line) => (/^- /.test(line) ? line.slice(2) : `- ${line.replace(/^\d+\. /, "")}`)),
    numbers: () => lines(body, (line, number) => (/^\d+\. /.test(line) ? line.replace(/^\d+\. /, "") : `${number + 1}. ${line.replace(/^- /, "")}`)),
    table: () => block(body, `| ${words.wordColumn} | ${words.wordColumn} |\n|---|---|\n| ${words.wordText} | ${words.wordText} |\n| ${words.wordText} | ${words.wordText} |`),
    link: () => askAddress(words.sayLink ?? "", false, (address) => { const { selectionStart: from, selectionEnd: to } = body; put(body, `[${body.value.slice(from, to) || words.wordText}](${address})`, from, to); }),
    picture: () => document.getElementById("file")?.click(),
    video: () => askAddress(words.sayVideo ?? "", true, (address) => block(body, `![${words.wordText}](${address})`)),
  };
  for (const kind of CALLOUTS) tools[kind] = () => block(body, `> [!${kind.toUpperCase()}]\n> ${chosen(body) || words.wordNote}`);

  form.querySelector(".toolbar")?.addEventListener("click", (event) => {
    const tool = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-do]"));
    if (tool) tools[tool.dataset.do ?? ""]?.();
  });
  body.addEventListener("keydown", (event) => {
    const tool = shortcut(event);
    if (tool) { event.preventDefault(); event.stopPropagation(); tools[tool](); }
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.isComposing) goOn(body, event);
  });
  body.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const { selectionStart: from, selectionEnd: to } = body, table = tableOf(text);
    if (table) { event.preventDefault(); block(body, table); }
    else if (from !== to && /^https?:\/\/\S+$/.test(text)) { event.preventDefault(); put(body, `[${body.value.slice(from, to)}](${text})`, from, to); }
  });
}

/** @param {KeyboardEvent} event @returns {string | undefined} */
function shortcut(event) {
  if (!(event.ctrlKey || event.metaKey)) return undefined;
  if (event.altKey) return event.code === "Digit2" ? "heading" : undefined;
  if (event.shiftKey) return { Digit8: "list", Digit7: "numbers" }[event.code];
  return { b: "bold", i: "italic", k: "link" }[event.key];
}

/** Put the text in place of a part, as typing does, and leave it chosen where asked.
 * @param {HTMLTextAreaElement} body @param {string} text @param {number} from @param {number} to @param {[number, number]} [then] */
export function put(body, text, from, to, then) {
  body.focus();
  body.setSelectionRange(from, to);
  // The one way that keeps the browser's undo.
  if (!document.execCommand("insertText", false, text)) { body.setRangeText(text, from, to, "end"); body.dispatchEvent(new Event("input", { bubbles: true })); }
  if (then) body.setSelectionRange(...then);
}

/** @param {HTMLTextAreaElement} body */
const chosen = (body) => body.value.slice(body.selectionStart, body.selectionEnd);

/** @param {HTMLTextAreaElement} body @param {string} mark @param {string} word */
function around(body, mark, word) {
  const { selectionStart: from, selectionEnd: to } = body, text = chosen(body), size = mark.length;
  if (body.value.slice(from - size, from) === mark && body.value.slice(to, to + size) === mark) put(body, text, from - size, to + size, [from - size, to - size]);
  else { const inside = text || word; put(body, mark + inside + mark, from, to, [from + size, from + size + inside.length]); }
}

/** @param {HTMLTextAreaElement} body @param {(line: string, number: number) => string} change */
function lines(body, change) {
  const from = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1;
  const end = body.value.indexOf("\n", body.selectionEnd), to = end < 0 ? body.value.length : end;
  const text = body.value.slice(from, to).split("\n").map(change).join("\n");
  put(body, text, from, to, [from + text.length, from + text.length]);
}

/** On lines of its own. @param {HTMLTextAreaElement} body @param {string} text */
export function block(body, text) {
  const { selectionStart: from, selectionEnd: to } = body;
  const before = body.value.slice(0, from), after = body.value.slice(to);
  const above = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  put(body, above + text + below, from, to);
}

/** A list goes on by itself; an empty item ends it, with the empty line that a new paragraph needs. @param {HTMLTextAreaElement} body @param {KeyboardEvent} event */
function goOn(body, event) {
  const { selectionStart: at } = body;
  const start = body.value.lastIndexOf("\n", at - 1) + 1;
  const found = body.value.slice(start, at).match(/^(\s*)(- |> |(\d+)\. )(.*)$/);
  if (!found || at !== body.selectionEnd) return;
  event.preventDefault();
  const [, indent, mark, number, text] = found;
  if (!text.trim()) put(body, "\n", start, at);
  else put(body, `\n${indent}${number ? `${Number(number) + 1}. ` : mark}`, at, at);
}

/** What a spreadsheet puts on the clipboard, as a table. @param {string} text @returns {string} */
function tableOf(text) {
  const rows = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((row) => row.split("\t"));
  if (rows.length < 2 || rows[0].length < 2 || rows.some((row) => row.length !== rows[0].length)) return "";
  const line = (/** @type {string[]} */ row) => `| ${row.map((cell) => cell.trim().replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(rows[0]), `|${"---|".repeat(rows[0].length)}`, ...rows.slice(1).map(line)].join("\n");
}

/** @param {string} label @param {boolean} video @param {(address: string) => void} then */
function askAddress(label, video, then) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("address")), form = /** @type {HTMLFormElement} */ (document.getElementById("address-form"));
  const input = /** @type {HTMLInputElement} */ (document.getElementById("address-field")), own = /** @type {HTMLButtonElement} */ (document.getElementById("own-video"));
  /** @type {HTMLElement} */ (document.getElementById("address-label")).textContent = label;
  own.hidden = !video;
  own.onclick = () => { dialog.close(); document.getElementById("file")?.click(); };
  input.value = "";
  form.onsubmit = () => { const address = input.value.trim(); if (address) then(/^[\w.-]+\.\w+(\/|$)/.test(address) ? `https://${address}` : address); };
  dialog.showModal();
  input.focus();
}
