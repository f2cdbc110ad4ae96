/** What is loaded only when it is needed: its module and its words. */

import { request } from "./request.js";

const PARTS = { bot: "parts/bot.js", emoji: "parts/emoji.js", helping: "parts/helping.js" };

/** @param {import("../aspa.js").App} app @param {keyof typeof PARTS} name @returns {Promise<any>} the module */
export async function part(app, name) {
  const [module, words] = await Promise.all([import(new URL(PARTS[name], import.meta.url).href), request(app, `words?of=${name}`)]);
  Object.assign(app.config.words, words);
  return module;
}
