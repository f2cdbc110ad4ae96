/** Small steps at the foot of the panel: ending, "did it solve", the copy by mail, what comes after the end. */

import { el, icon } from "./dom.js";
import { isAddress } from "./questions.js";
import { ways } from "./queue.js";

/** @typedef {import("../aspa.js").App} App */
/** @typedef {import("./session.js").Session} Session */

/** @param {string} label @param {() => void} act @param {boolean} [main] */
const button = (label, act, main = false) => el("button", { type: "button", className: main ? "button main" : "button", on: { click: act } }, label);

/** @param {HTMLElement} box @param {string} text */
function complain(box, text) {
  const wrong = box.querySelector(".wrong") ?? box.appendChild(el("p", { className: "wrong", role: "alert" }));
  wrong.textContent = text;
}

/** Runs a request; its refusal is said in the sheet. @param {Session} session @param {HTMLElement} box @param {() => Promise<unknown>} act */
async function attempt(session, box, act) {
  complain(box, "");
  for (const each of box.querySelectorAll("button")) each.disabled = true;
  try {
    await act();
  } catch (error) {
    complain(box, session.explain(error));
  } finally {
    for (const each of box.querySelectorAll("button")) each.disabled = false;
  }
}

/** @param {App} app @param {Session} session @param {() => void} close */
export function endSheet(app, session, close) {
  const box = el(
    "div",
    { className: "sheet", role: "group", "aria-label": app.word("endQuestion") },
    el("b", {}, app.word("endQuestion")),
    el("p", {}, app.word("endExplained")),
    el(
      "div",
      { className: "choices" },
      button(app.word("endYes"), () => void attempt(session, box, () => session.ask("end").then(close)), true),
      button(app.word("endNo"), close),
    ),
  );
  return box;
}

/** @param {App} app @param {Session} session @param {() => void} close */
export function transcriptSheet(app, session, close) {
  const field = el("input", { type: "email", id: "aspa-transcript", autocomplete: "email", required: true, value: app.store.get("answers")?.email ?? "" });
  const send = async () => {
    const email = field.value.trim();
    if (!isAddress(email)) {
      field.setAttribute("aria-invalid", "true");
      field.focus();
      return complain(box, app.word("badEmail"));
    }
    await attempt(session, box, async () => {
      const answer = await session.ask("transcript", { email });
      const done = el("p", { role: "status", tabIndex: -1 }, icon("check"), answer.text || app.word("transcriptSent"));
      box.replaceChildren(done, el("div", { className: "choices" }, button(app.word("ok"), close)));
      done.focus();
    });
  };
  const box = el(
    "form",
    { className: "sheet", noValidate: true, on: { submit: (/** @type {Event} */ event) => (event.preventDefault(), void send()) } },
    el("label", { for: "aspa-transcript" }, app.word("transcriptTo")),
    field,
    el("div", { className: "choices" }, el("button", { className: "button main" }, app.word("send")), button(app.word("cancel"), close)),
  );
  return box;
}

/** For who would rather not wait here. @param {App} app @param {Session} session @param {() => void} close */
export function waysSheet(app, session, close) {
  return el(
    "div",
    { className: "sheet", role: "group", "aria-label": app.word("anotherWay") },
    el("b", {}, app.word("anotherWay")),
    el("p", {}, app.word("anotherWayExplained")),
    el("div", { className: "choices" }, ...ways(session, "button"), button(app.word("cancel"), close)),
  );
}

/** "Did this solve it?" with its two answers. @param {App} app @param {Session} session */
export function solvedSheet(app, session) {
  const box = el(
    "div",
    { className: "sheet", role: "group", "aria-label": app.word("solvedQuestion") },
    el("b", {}, app.word("solvedQuestion")),
    el(
      "div",
      { className: "choices" },
      button(app.word("solvedYes"), () => void attempt(session, box, () => session.ask("solved", { answer: "yes" })), true),
      button(app.word("solvedNo"), () => void attempt(session, box, () => session.ask("solved", { answer: "no" }))),
    ),
  );
  return box;
}

/** After the end: go on with the same matter, or begin another. @param {App} app @param {Session} session @param {() => void} another */
export function endedSheet(app, session, another) {
  const silence = session.thread.conversation?.ended_how === "silence";
  const box = el(
    "div",
    { className: "sheet ended" },
    el("b", {}, app.word("ended")),
    el("p", {}, app.word(silence ? "endedBySilence" : "endedExplained")),
    el(
      "div",
      { className: "choices" },
      button(app.word("reopen"), () => void attempt(session, box, () => session.ask("reopen")), true),
      button(app.word("newConversation"), another),
    ),
  );
  return box;
}
