/** The panel: the head that says who is here, the conversation, the foot where one writes. */

import { Composer, takeDrops } from "./composer.js";
import { el, face, icon, iconButton } from "./dom.js";
import { Log } from "./log.js";
import { Notices } from "./notices.js";
import { part } from "./parts.js";
import { Questions } from "./questions.js";
import { request } from "./request.js";
import { Session } from "./session.js";
import { lasts, place, ways } from "./queue.js";
import { endSheet, endedSheet, solvedSheet, transcriptSheet, waysSheet } from "./sheets.js";
import { STYLE } from "./style.js";

/** @typedef {import("../aspa.js").App} App */

const LANGUAGES = /** @type {Record<string, string>} */ ({ fi: "suomi", sv: "svenska", en: "English" });

class Panel {
  /** @param {App} app @param {Session} session */
  constructor(app, session) {
    this.app = app;
    this.session = session;
    this.choosing = false; // the languages are shown
    this.another = false; // a new conversation is being begun after an ended one
    /** @type {{name: string, box: HTMLElement}|null} the step that covers the foot */
    this.sheet = null;
    /** @type {Questions|null} */
    this.questions = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.cutSoon = undefined;
    // What the head, the greeting and the foot show now: drawn anew only when that changes.
    this.facePrint = this.greetingPrint = this.underPrint = "";
    this.face = el("span");
    this.name = el("h2");
    // What it says changes by itself: the queue moves, somebody comes or goes.
    this.line = el("p", { role: "status" });
    this.mute = iconButton("sound", app.word("mute"), () => this.toggleSound());
    this.cut = el("div", { className: "cut", role: "status", hidden: true });
    this.greeting = el("div", { className: "greeting" });
    const seek = app.config.help && el("button", { type: "button", className: "button", on: { click: () => void this.help("search") } }, app.word("searchHelp"));
    this.welcome = el("div", { className: "welcome" }, this.greeting, seek);
    this.log = new Log(app, session);
    this.log.onEnd = () => this.look();
    this.log.box.prepend(this.welcome);
    this.composer = new Composer(app, session, () => this.answers(), () => this.takeAnother());
    this.covered = el("div");
    this.solved = el("div");
    this.under = el("div", { className: "under" });
    this.box = el(
      "section",
      { className: "panel", role: "dialog", "aria-labelledby": "aspa-name", lang: app.language, hidden: true, on: { keydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event) } },
      el("div", { className: "top" },
        el("div", { className: "head" },
          this.face,
          el("div", {}, this.name, this.line),
          el("div", { className: "tools" }, this.mute, iconButton("minimise", app.word("closeChat"), () => void app.close())),
        ),
        this.cut,
      ),
      el("div", { className: "middle" }, this.log.box, this.log.jump),
      el("div", { className: "foot" }, this.solved, this.composer.box, this.covered, this.under),
    );
    this.name.id = "aspa-name";
    // The shop's own shortcuts must not answer to what is typed here.
    for (const kind of ["keydown", "keypress", "keyup"]) this.box.addEventListener(kind, (/** @type {Event} */ event) => event.stopPropagation());
    this.box.append(takeDrops(this.box, app, () => (this.composer.box.hidden ? null : this.composer)));
    if (app.config.help) this.box.addEventListener("input", () => void this.help(), { once: true });
    this.redraw = () => this.draw();
    session.watchers.add(this.redraw);
    this.drawSound();
    this.draw();
  }

  /** Takes the panel off the page; what it showed lives on in the session. */
  remove() {
    this.session.watchers.delete(this.redraw);
    this.log.watch.disconnect();
    this.box.remove();
  }

  /** @param {boolean} focus */
  open(focus) {
    this.box.hidden = false;
    this.log.toEnd();
    this.composer.grow();
    this.draw();
    if (focus) this.start();
  }

  /** What may help already: suggestions from the first key on, and at once a search or an article. @param {"search"|"open"} [what] @param {string} [url] */
  async help(what, url) {
    const module = await part(this.app, "helping").catch(() => null); // Without a network there is none.
    if (!module) return;
    this.helping ??= module.start(this, { el, icon, iconButton, request });
    if (what) void this.helping[what](url);
  }

  /** A bot's words come with their sources, and a way past it. */
  withBot() {
    if (this.app.config.bot || [...this.session.thread.byId.values()].some((message) => message.bot))
      this.bot ??= part(this.app, "bot").then((module) => module.start(this, { el, icon }), () => (this.bot = null));
  }

  /** The keyboard begins where the person goes on. */
  start() {
    const first = this.questions?.rows.find((row) => row.question.required && !row.field.value);
    if (this.composer.box.hidden) this.box.querySelector(".sheet button")?.focus();
    else if (first) first.field.focus({ preventScroll: true });
    else this.composer.focus();
  }

  // Drawing

  draw() {
    const { session } = this;
    if (session.thread.conversation && !session.thread.ended) this.another = false;
    this.drawHead();
    this.drawCut();
    this.drawWelcome();
    this.log.draw();
    this.drawFoot();
    this.look();
    if (this.app.opened || this.session.known) this.withBot();
  }

  drawHead() {
    const { app, session } = this;
    const agent = session.thread.conversation?.agent;
    const { brand } = app.config;
    const role = agent && [agent.title, brand.name].filter(Boolean).join(" · ");
    change(this.name, agent?.name ?? brand.name);
    change(this.line, session.place ? place(app, session.place) : !session.online ? this.away() : role || app.word(session.full ? "allBusy" : "someoneHere"));
    const print = JSON.stringify([agent, session.online]);
    if (this.facePrint === print) return;
    this.facePrint = print;
    const made = face(agent ? agent.picture : brand.logo, agent ? agent.initials : brand.initial, session.online ? "here" : "away");
    this.face.replaceWith(made);
    this.face = made;
  }

  /** A short gap in the network is nobody's business; a longer one is said. */
  drawCut() {
    const { session, app } = this;
    if (session.live || !app.opened) {
      clearTimeout(this.cutSoon);
      this.cutSoon = undefined;
      this.cut.hidden = true;
    } else this.cutSoon ??= setTimeout(() => this.sayCut(), 2500);
    if (!this.cut.hidden) this.sayCut();
  }

  sayCut() {
    const text = this.app.word(this.session.outbox.letters.length ? "cutWithMessages" : "cut");
    if (this.cut.textContent !== text) this.cut.replaceChildren(icon("clock"), el("span", {}, text));
    this.cut.hidden = false;
  }

  drawWelcome() {
    const { app, session } = this;
    const begun = session.thread.byId.size > 0 || session.outbox.letters.length > 0;
    const fresh = !begun || this.another;
    this.log.list.hidden = this.another;
    this.welcome.hidden = !fresh;
    if (begun) this.questions = null;
    else if (!this.questions && (session.known || !app.store.get("talking"))) {
      // Asked once: who comes or goes meanwhile must not pull the form from under the person's fingers.
      this.questions = new Questions(app, !session.online);
      this.welcome.append(this.questions.box);
    }
    if (this.questions) this.questions.box.hidden = !this.questions.rows.length;
    else this.welcome.querySelector(".questions")?.remove();
    const { online, full, wait } = session;
    const said = [online, full, full && wait && lasts(app, wait), session.agents, session.opens, session.otherwise];
    const print = JSON.stringify(said);
    if (this.greetingPrint === print) return;
    this.greetingPrint = print;
    this.greeting.replaceChildren(el("p", { className: "headline" }, app.config.headline || app.word("headline")));
    if (online) this.greeting.append(this.team());
    if (full) this.greeting.append(this.offer("clock", "queueNow", wait ? app.word("waitIs", { wait: lasts(app, wait) }) : "", "inTurn"));
    if (!online) this.greeting.append(this.offer("mail", "leaveMessage", session.opens ? this.away() : "", "weAnswerByMail"));
  }

  /** What to know before one writes, and the other ways. @param {"clock"|"mail"} sign @param {string} title @param {string} first @param {string} then */
  offer(sign, title, first, then) {
    const { app, session } = this;
    return el("div", { className: "offer" }, icon(sign), el("div", {}, el("b", {}, app.word(title)), el("p", {}, `${first} ${app.word(then)} `, ...ways(session).flatMap((way) => [way, " "]))));
  }

  /** Nobody is there: when the hours begin next, on the customer's own clock. */
  away() {
    const { app, session } = this;
    if (!session.opens) return app.word("nobodyHere");
    const at = new Date(session.opens);
    // A weekday says enough within the week.
    const date = +at - Date.now() > 5e8 && { day: "numeric", month: "long" };
    const when = new Intl.DateTimeFormat(app.language, { weekday: "long", hour: "numeric", minute: "2-digit", ...date });
    return app.word("opens", { when: when.format(at) });
  }

  team() {
    const { app, session } = this;
    const faces = session.agents.map((agent) => face(agent.picture, agent.initials));
    const names = new Intl.ListFormat(app.language).format(session.agents.map((agent) => agent.name.split(" ")[0]));
    const text = names ? app.word(session.agents.length > 1 ? "theyAnswer" : "oneAnswers", { names }) : app.word("someoneHere");
    return el("div", { className: "team" }, faces.length ? el("span", { className: "faces" }, ...faces) : null, el("span", {}, text));
  }

  drawFoot() {
    const { app, session } = this;
    const { conversation, ended } = session.thread;
    const over = ended && !this.another && !session.outbox.letters.length;
    if (over) this.cover("ended", () => endedSheet(app, session, () => this.begin()));
    else if (this.sheet?.name === "ended") this.uncover();
    if (ended && this.sheet && this.sheet.name === "end") this.uncover();
    const asked = Boolean(conversation?.asked_solved && !ended && !this.sheet);
    if (asked !== this.solved.hasChildNodes()) {
      this.solved.replaceChildren(...(asked ? [solvedSheet(app, session)] : []));
      this.solved.className = asked ? "ask" : "";
    }
    this.composer.box.hidden = Boolean(this.sheet);
    this.drawUnder();
  }

  drawUnder() {
    const { app, session } = this;
    const { conversation, ended } = session.thread;
    const talking = Boolean(conversation) && !this.another;
    // Who waits or finds nobody isn't kept here.
    const elsewhere = !ended && (session.place || !session.online) && session.otherwise.length;
    const print = `${talking}${ended}${this.sheet?.name}${this.choosing}${elsewhere}`;
    if (this.underPrint === print) return;
    this.underPrint = print;
    if (!talking || this.choosing) return this.under.replaceChildren(this.languages());
    /** @param {string} name @param {string} word @param {() => HTMLElement} make */
    const link = (name, word, make) =>
      el("button", { type: "button", className: `link ${name}`, on: { click: () => this.cover(name, make, true) } }, app.word(word));
    const close = () => this.uncover(true);
    this.under.replaceChildren(
      ...(ended || this.sheet?.name === "end" ? [] : [link("end", "end", () => endSheet(app, session, close))]),
      // In the same row and the same place: nothing moves when the queue does.
      ...(this.sheet?.name === (elsewhere ? "ways" : "copy") ? [] : [elsewhere ? link("ways", "anotherWay", () => waysSheet(app, session, close)) : link("copy", "transcript", () => transcriptSheet(app, session, close))]),
      this.languageButton(),
    );
  }

  /** Beside other things there is room for the language's code alone; it opens the whole row. */
  languageButton() {
    const { app } = this;
    const open = () => {
      this.choosing = true;
      this.drawUnder();
      /** @type {HTMLElement|null} */ (this.under.querySelector("[aria-pressed=true]"))?.focus();
    };
    const label = `${app.word("language")}: ${LANGUAGES[app.language] ?? app.language}`;
    return el("button", { type: "button", className: "link code", "aria-label": label, on: { click: open } }, app.language.toUpperCase());
  }

  languages() {
    const { app } = this;
    const choose = (/** @type {string} */ code) => {
      this.choosing = false;
      if (code === app.language) this.drawUnder();
      else void app.setLanguage(code);
    };
    const buttons = app.config.languages.map((code) =>
      el("button", { type: "button", lang: code, "aria-pressed": String(code === app.language), on: { click: () => choose(code) } }, LANGUAGES[code] ?? code),
    );
    return el("div", { className: "languages", role: "group", "aria-label": app.word("language") }, ...(buttons.length > 1 ? buttons : []));
  }

  // Steps that cover the composer

  /** @param {string} name @param {() => HTMLElement} make @param {boolean} [focus] */
  cover(name, make, focus = false) {
    if (this.sheet?.name === name) return;
    // Who was writing goes on here.
    focus ||= this.composer.box.contains(this.app.root.activeElement);
    this.sheet = { name, box: make() };
    this.covered.replaceChildren(this.sheet.box);
    this.composer.box.hidden = true;
    this.solved.replaceChildren();
    this.solved.className = "";
    this.drawUnder();
    if (focus) /** @type {HTMLElement|null} */ (this.sheet.box.querySelector("input, button"))?.focus();
  }

  /** @param {boolean} [focus] */
  uncover(focus = false) {
    this.sheet = null;
    this.covered.replaceChildren();
    this.drawFoot();
    if (focus) this.start();
  }

  begin() {
    this.another = true;
    this.draw();
    this.composer.focus();
  }

  /** @returns {Record<string, string>|null|undefined} */
  answers() {
    return this.questions ? this.questions.collect() : this.app.store.get("answers");
  }

  /** Whether the message about to be sent begins another conversation; it does so once. */
  takeAnother() {
    const begins = this.another;
    this.another = false;
    return begins;
  }

  // Looking, listening, keys

  /** What is on the screen, in a window that is looked at, has been seen. */
  look() {
    if (this.app.opened && !this.another && this.log.atEnd && document.visibilityState === "visible" && document.hasFocus()) this.session.seen();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    if (!this.composer.popup.hidden) this.composer.closeEmojis(true);
    else if (this.sheet && this.sheet.name !== "ended") this.uncover(true);
    else void this.app.close();
  }

  toggleSound() {
    this.app.store.set("muted", !this.app.store.get("muted"));
    this.drawSound();
  }

  drawSound() {
    const muted = Boolean(this.app.store.get("muted"));
    this.mute.replaceChildren(icon(muted ? "muted" : "sound"));
    this.mute.title = this.app.word(muted ? "unmute" : "mute");
    this.mute.setAttribute("aria-label", this.mute.title);
  }
}

/** @param {HTMLElement} element @param {string} text */
function change(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The keyboard of a phone covers the page instead of shrinking it: keep the panel within what is seen. @param {HTMLElement} host */
function fitToKeyboard(host) {
  const view = window.visualViewport;
  if (!view) return;
  const fit = () => {
    host.style.setProperty("--tall", `${Math.round(view.height)}px`);
    host.style.setProperty("--top", `${Math.round(view.offsetTop)}px`);
  };
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
  fit();
}

/** Called once by the launcher. @param {App} app */
export function start(app) {
  const looks = new CSSStyleSheet();
  looks.replaceSync(STYLE);
  app.root.adoptedStyleSheets.push(looks);
  fitToKeyboard(app.host);
  const session = new Session(app);
  const notices = new Notices(app, session);
  let panel = new Panel(app, session);
  app.root.prepend(panel.box);
  app.on("placed", () => panel.log.toEnd());
  const look = () => panel.look();
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  const listen = () => session.start();
  return {
    listen,
    /** @param {boolean} focus */
    open(focus) {
      notices.hide();
      panel.open(focus);
      listen();
    },
    close() {
      panel.box.hidden = true;
    },
    relabel() {
      const shown = !panel.box.hidden;
      panel.remove();
      panel = new Panel(app, session);
      app.root.prepend(panel.box);
      if (shown) panel.open(true);
      session.stream.restart(); // The server's own lines come in the new language.
    },
    identify() {
      session.stream.restart();
    },
  };
}
