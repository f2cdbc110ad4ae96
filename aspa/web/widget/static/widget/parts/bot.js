/**
 * A bot that answers first: where its words come from, answers by a button, and always the way to a person.
 *
 * @typedef {import("../panel/thread.js").Message} Message
 * @typedef {{el: typeof import("../panel/dom.js").el, icon: typeof import("../panel/dom.js").icon}} Tools
 */

const STYLE = `
  .hello { display: grid; gap: 2px; margin-top: 12px; padding: 11px 13px; border-radius: 14px; background: var(--paper); }
  .hello small { color: var(--ink-2); font-size: 12.5px; }
  .sources { display: grid; gap: 2px; list-style: none; margin-top: 6px; font-size: 12.5px; }
  .sources a { display: inline-flex; gap: 6px; align-items: baseline; padding: 3px 0; overflow-wrap: anywhere; }
  .sources svg { width: 13px; height: 13px; flex: none; align-self: center; color: var(--ink-2); }
  .past { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; padding: 2px 0 8px; }
  .past[hidden] { display: none; }
  .answers { display: flex; flex-wrap: wrap; gap: 6px; min-width: 0; }
  .answers .button { min-height: 36px; padding: 6px 12px; font-size: 13.5px; flex: none; max-width: 100%; overflow-wrap: anywhere; }
  .past .link { min-height: 32px; margin-inline-start: auto; }
  @media (max-width: 520px) { .answers .button, .past .link { min-height: 44px; } }`;

// Of a message that was there when the page was opened, in milliseconds.
const JUST_NOW = 10000;

/** @param {any} panel @param {Tools} tools */
export function start(panel, tools) {
  return new Bot(panel, tools);
}

class Bot {
  /** @param {any} panel @param {Tools} tools */
  constructor(panel, { el, icon }) {
    this.panel = panel;
    this.el = el;
    this.icon = icon;
    const { app, session, log } = panel;
    this.looks();
    this.answers = el("div", { className: "answers", role: "group", "aria-label": app.word("botChoices") });
    const ask = () => this.say(app.word("botPerson"));
    this.past = el("div", { className: "past" }, this.answers, el("button", { type: "button", className: "link", on: { click: ask } }, app.word("botPerson")));
    panel.composer.box.before(this.past);
    this.hello();
    log.ofBot = (/** @type {Message} */ line) => this.sources(line);
    this.watch = () => this.draw();
    session.watchers.add(this.watch);
    // What is on the screen already gets its sources, too.
    panel.draw();
    this.draw();
  }

  /** Once for the whole chat: the panel may be drawn anew in another language. */
  looks() {
    const { app } = this.panel;
    if (app.botLooks) return;
    app.botLooks = new CSSStyleSheet();
    app.botLooks.replaceSync(STYLE);
    app.root.adoptedStyleSheets.push(app.botLooks);
  }

  hello() {
    const { app, welcome } = this.panel;
    if (!app.config.bot) return;
    const { name, greeting } = app.config.bot;
    welcome.append(this.el("div", { className: "hello" }, this.el("small", {}, app.word("botName", { name })), this.el("span", {}, greeting)));
  }

  /** What the bot's newest words can be answered with; nothing when somebody has said something since. */
  draw() {
    const { panel } = this;
    if (!panel.box.isConnected) return panel.session.watchers.delete(this.watch);
    const { thread, outbox } = panel.session;
    const last = thread.messages.at(-1);
    const told = thread.messages.findLast((/** @type {Message} */ message) => message.bot !== undefined || message.from === "agent");
    const fresh = !thread.byId.size || panel.another;
    // Who is here doesn't answer first.
    const here = panel.app.config.bot && panel.greeting.querySelector(".team > span:last-child");
    if (here) here.textContent = panel.app.word("someoneHere");
    // Until it has said its first word it is the one that comes first here.
    const mine = (fresh || !told ? Boolean(panel.app.config.bot) : Boolean(told.bot)) && (fresh || !thread.conversation?.agent);
    this.past.hidden = !mine || thread.ended || Boolean(panel.sheet);
    this.think(mine && !thread.ended, told?.bot?.name ?? panel.app.config.bot?.name);
    const choices = mine && !this.past.hidden && last?.bot && !outbox.letters.length ? last.bot.choices : [];
    const print = choices.join("|");
    if (print === this.print) return;
    this.print = print;
    this.answers.replaceChildren(
      ...choices.map((/** @type {string} */ choice) => this.el("button", { type: "button", className: "button", on: { click: () => this.say(choice) } }, choice)),
    );
    if (panel.log.atEnd) panel.log.toEnd();
  }

  /** It begins at once, and is seen to before the server has said so; not where nothing gets through to it.
   * @param {boolean} mine @param {string} name */
  think(mine, name) {
    const { session, log } = this.panel;
    if (session.outbox.attempt) mine = false;
    const letter = session.outbox.letters.at(-1);
    const last = session.thread.messages.at(-1);
    const asked = letter?.client_id ?? (last?.from === "contact" && Date.now() - Date.parse(last.at) < JUST_NOW ? last.client_id : null);
    if (mine && asked && asked !== this.asked) session.setTyping({ name });
    else if (!mine && this.asked && session.typing?.name === name) session.setTyping(null);
    else return;
    this.asked = mine ? asked : null;
    log.drawTyping();
  }

  /** As if it had been written: whoever takes over reads the whole talk. @param {string} text */
  say(text) {
    const contact = this.panel.answers();
    if (contact === null) return; // Something is asked before the first message.
    this.panel.session.write(text, [], contact, this.panel.takeAnother());
    this.panel.composer.focus();
  }

  /** @param {Message} line */
  sources(line) {
    const sources = line.bot?.sources ?? [];
    if (!sources.length) return null;
    const { app } = this.panel;
    return this.el(
      "ul",
      { className: "sources", role: "list", "aria-label": app.word("botSources") },
      ...sources.map(({ title, url }) => this.el("li", {}, this.el("a", { href: url, target: "_blank", rel: "noopener", on: { click: (/** @type {MouseEvent} */ event) => this.read(event, url) } }, this.icon("file"), title))),
    );
  }

  /** Within the panel where it can show articles; with a key held as the browser does it. @param {MouseEvent} event @param {string} url */
  read(event, url) {
    const { app } = this.panel;
    const { origin, pathname } = new URL(url);
    if (!app.config.help || origin !== new URL(app.base).origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void this.panel.help("open", pathname);
  }
}
