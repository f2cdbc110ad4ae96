/** What the shop asks before the first message. Answers go with it. */

import { el } from "./dom.js";

/** @typedef {import("../aspa.js").Question} Question */

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** @param {string} text */
export const isAddress = (text) => ADDRESS.test(text);

export class Questions {
  /** @param {import("../aspa.js").App} app @param {boolean} away nobody will answer here now, so an address is worth asking for */
  constructor(app, away) {
    this.app = app;
    const asked = app.config.prechat ?? [];
    const address = { name: "email", label: app.word("yourEmail"), type: /** @type {const} */ ("email"), required: false, options: [] };
    /** @type {Question[]} */
    this.questions = away && !app.identity && !asked.some((question) => question.type === "email") ? [...asked, address] : asked;
    this.answers = app.store.get("answers") ?? {};
    this.rows = this.questions.map((question) => this.row(question));
    this.box = el("div", { className: "questions", role: "group", "aria-label": app.word("beforeWeStart"), hidden: !this.rows.length }, ...this.rows.map((row) => row.box));
  }

  /** @param {Question} question */
  row(question) {
    const id = `aspa-q-${question.name}`;
    const given = {
      id,
      name: question.name,
      required: question.required,
      "aria-describedby": `${id}-wrong`,
      on: { input: () => this.answered(question, field), blur: () => field.value && this.check(row) },
    };
    const kinds = /** @type {Record<string, string>} */ ({ email: "email", name: "name" });
    const field =
      question.type === "choice"
        ? el("select", given, el("option", { value: "" }, this.app.word("choose")), ...question.options.map((option) => el("option", { value: option }, option)))
        : el("input", { ...given, type: question.type, maxLength: 200, autocomplete: kinds[question.type] ?? kinds[question.name] ?? "off" });
    field.value = this.answers[question.name] ?? "";
    const wrong = el("small", { className: "wrong", id: `${id}-wrong` });
    const mark = question.required ? el("span", { className: "required" }, ` (${this.app.word("required")})`) : null;
    const row = { question, field, wrong, box: el("div", { className: "question" }, el("label", { for: id }, question.label, mark), field, wrong) };
    return row;
  }

  /** @param {Question} question @param {HTMLInputElement} field */
  answered(question, field) {
    this.answers = { ...this.answers, [question.name]: field.value.trim() };
    this.app.store.set("answers", this.answers);
  }

  /** @param {ReturnType<Questions["row"]>} row @returns {boolean} */
  check({ question, field, wrong }) {
    const value = field.value.trim();
    const error = question.required && !value ? "answerThis" : value && question.type === "email" && !isAddress(value) ? "badEmail" : "";
    wrong.textContent = error && this.app.word(error);
    field.setAttribute("aria-invalid", String(Boolean(error)));
    return !error;
  }

  /** @returns {Record<string, string>|null} null when something is missing: the first such field has the focus and says why */
  collect() {
    const bad = this.rows.filter((row) => !this.check(row));
    bad[0]?.field.focus();
    if (bad.length) return null;
    return Object.fromEntries(this.questions.map(({ name }) => [name, this.answers[name]]).filter(([, answer]) => answer));
  }
}
