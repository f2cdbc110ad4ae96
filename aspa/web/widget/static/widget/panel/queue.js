/** Waiting, in words: one's place, how long about, and the other ways to write. */

import { el } from "./dom.js";

/** @param {import("../aspa.js").App} app @param {{position: number, wait: number|null}} at */
export function place(app, { position, wait }) {
  const said = app.word(position > 1 ? "queuePlace" : "queueNext", { position });
  return wait ? `${said} · ${lasts(app, wait)}` : said;
}

/** No more exact than anybody can know. @param {import("../aspa.js").App} app @param {number} seconds */
export function lasts(app, seconds) {
  const minutes = Math.ceil(seconds / 60);
  if (minutes >= 60) return app.word("waitHour");
  return app.word(minutes > 5 ? "waitMinutes" : minutes > 1 ? "waitFew" : "waitMinute", { minutes: Math.ceil(minutes / 5) * 5 });
}

/** @param {import("./session.js").Session} session @param {string} [className] @returns {HTMLElement[]} */
export function ways(session, className) {
  return session.otherwise.map(({ url, name }) => el("a", { className, href: url, target: "_blank", rel: "noopener" }, name));
}
