/**
 * Help before a message: articles that fit what is being written, a search, and one of them to read.
 *
 * The place to write stays where it is, below; from an article one tap leads back to it. What somebody does here is noted
 * under a random name: kept for this page, or for a day where they have agreed that visits are.
 *
 * @typedef {{title: string, url: string, kind: string, passage: string}} Found
 * @typedef {{title: string, html: string, url: string, language: string}} Article
 * @typedef {{el: typeof import("../panel/dom.js").el, icon: typeof import("../panel/dom.js").icon, iconButton: typeof import("../panel/dom.js").iconButton, request: typeof import("../panel/request.js").request}} Tools
 */

const PAUSE = 700; // milliseconds without a key
const WORDS = 3; // so many before anything can fit
const DAY = 864e5;

const ICONS = {
  back: "M19 12H5M11 6l-6 6 6 6",
  page: "M6 3.5h8l4 4v13H6zM9 12h6M9 15.5h6",
  search: "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M16 16l4 4",
};

const STYLE = `
  .maybe { display: grid; gap: 2px; padding: 2px 0 10px; margin-bottom: 10px; border-bottom: 1px solid var(--line); animation: rise .14s ease-out; }
  .maybe-head { display: flex; align-items: center; gap: 8px; min-height: 28px; padding-inline-start: 6px; font-size: 12.5px; color: var(--ink-2); }
  .maybe-head .icon { width: 28px; height: 28px; margin-inline-start: auto; }
  .maybe-head .icon svg { width: 14px; height: 14px; }
  .found { list-style: none; display: grid; gap: 2px; }
  .found button { width: 100%; display: grid; grid-template-columns: 18px minmax(0, 1fr); gap: 2px 10px; align-items: center; padding: 8px 6px; border: 0; border-radius: 10px; background: none; text-align: start; font-size: 13.5px; line-height: 1.35; }
  .found button:hover { background: var(--paper); }
  .found svg { color: var(--ink-3); }
  .found b { font-weight: 500; overflow-wrap: anywhere; }
  .maybe .found b { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .found small { grid-column: 2; font-size: 12.5px; color: var(--ink-2); overflow-wrap: anywhere; }
  .help { position: absolute; inset: 0; display: grid; grid-template-rows: auto minmax(0, 1fr) auto; background: var(--card); }
  .help-head { display: flex; align-items: center; gap: 4px; padding: 6px 10px 6px 8px; border-bottom: 1px solid var(--line); min-width: 0; }
  .help-head a { margin-inline-start: auto; font-size: 12.5px; text-align: end; }
  .help-head form { flex: 1; min-width: 0; }
  .help-head input { width: 100%; min-height: 40px; padding: 7px 12px; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); font-size: 14.5px; }
  .help-body { overflow-y: auto; overscroll-behavior: contain; padding: 14px 16px 18px; overflow-wrap: anywhere; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
  .help-body:focus-visible, .help-body h2:focus-visible { outline-offset: -3px; }
  .help-body > p { color: var(--ink-2); font-size: 13.5px; }
  .help-body > .found { margin-inline: -6px; }
  .article { display: grid; gap: 10px; grid-template-columns: minmax(0, 1fr); }
  .article > h2 { font-size: 18px; line-height: 1.3; letter-spacing: -.01em; text-wrap: balance; }
  .article h2, .article h3, .article h4 { font-weight: 600; }
  .article div > h2 { font-size: 15.5px; margin-top: 14px; }
  .article div > :is(h3, h4) { font-size: 14.5px; margin-top: 12px; }
  .article :is(p, ul, ol, table, figure, pre, blockquote) { margin: 8px 0 0; }
  .article :is(ul, ol) { padding-inline-start: 20px; }
  .article iframe { display: block; width: 100%; aspect-ratio: 16 / 9; border: 0; border-radius: 11px; background: #000; margin-bottom: 6px; }
  .article .embedded:not(:has(iframe)) .video-open { display: grid; place-content: center; justify-items: center; gap: 10px; aspect-ratio: 16 / 9; padding: 12px; border: 1px solid var(--line); border-radius: 11px; background: var(--paper); color: inherit; font-weight: 500; text-align: center; text-decoration: none; }
  .article .embedded:not(:has(iframe)) .video-open::before { content: ""; grid-area: 1 / 1; width: 52px; height: 52px; border-radius: 50%; background: var(--brand); transition: scale .12s; }
  .article .embedded:not(:has(iframe)) .video-open::after { content: ""; grid-area: 1 / 1; align-self: center; width: 16px; height: 18px; translate: 2px; background: var(--on-brand); clip-path: polygon(0 0, 100% 50%, 0 100%); }
  .article .embedded .video-open:hover::before { scale: 1.06; }
  .article .callout-name { display: block; font-weight: 600; }
  .article :is(img, video) { max-width: 100%; height: auto; border-radius: 11px; background: var(--paper); }
  .article figcaption { font-size: 12.5px; color: var(--ink-2); }
  .article blockquote, .article .callout { padding: 8px 12px; border-inline-start: 3px solid var(--brand-text); border-radius: 4px 11px 11px 4px; background: var(--paper); }
  .article .callout > :first-child { margin-top: 0; }
  .article .callout-warning { border-inline-start-color: var(--late); }
  .article pre, .article .table-scroll { overflow-x: auto; }
  .article table { border-collapse: collapse; font-size: 13.5px; }
  .article :is(td, th) { padding: 5px 9px; border: 1px solid var(--line); text-align: start; vertical-align: top; }
  .verdict { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; margin-top: 10px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 13.5px; }
  .verdict .button { flex: none; min-width: 64px; min-height: 36px; }
  .help-foot { display: flex; padding: 8px 12px; border-top: 1px solid var(--line); }
  @media (max-width: 520px) { .help-head input { font-size: 16px; } .found button { padding-block: 11px; } .maybe-head .icon { width: 36px; height: 36px; } }`;

/** @param {any} panel @param {Tools} tools */
export function start(panel, tools) {
  return new Helping(panel, tools);
}

class Helping {
  /** @param {any} panel @param {Tools} tools */
  constructor(panel, tools) {
    this.panel = panel;
    this.app = panel.app;
    this.tools = tools;
    this.turn = 0;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.soon = undefined;
    const { el } = tools;
    this.sheet();
    this.news = el("p", { className: "unseen", role: "status" });
    this.list = el("ul", { className: "found", role: "list" });
    this.strip = el(
      "div",
      { className: "maybe", role: "group", "aria-label": this.word("helpMaybe"), hidden: true, on: { keydown: (/** @type {KeyboardEvent} */ event) => this.walked(event) } },
      el("div", { className: "maybe-head" }, el("span", {}, this.word("helpMaybe")), tools.iconButton("close", this.word("helpHide"), () => this.hide(true))),
      this.list,
    );
    panel.composer.box.before(this.news, this.strip);
    const { input } = panel.composer;
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.reached(event));
    this.watch = () => this.changed();
    panel.session.watchers.add(this.watch);
    this.typed();
  }

  /** @param {string} name @param {Record<string, string|number>} [values] @returns {string} */
  word(name, values) {
    return this.app.word(name, values);
  }

  /** Once for the whole chat: the panel may be drawn anew in another language. */
  sheet() {
    if (this.app.helpLooks) return;
    this.app.helpLooks = new CSSStyleSheet();
    this.app.helpLooks.replaceSync(STYLE);
    this.app.root.adoptedStyleSheets.push(this.app.helpLooks);
  }

  // What the server hears of it

  /** The attempt's name, as long as it may be known. @returns {string} */
  get attempt() {
    if (this.followed && !this.app.helpAttempt) {
      const kept = this.app.store.get("help");
      if (kept && Date.now() - kept.at < DAY) this.app.helpAttempt = kept.key;
    }
    return this.app.helpAttempt ?? "";
  }

  set attempt(key) {
    if (key === this.attempt) return;
    this.app.helpAttempt = key;
    this.app.store.set("help", this.followed && key ? { key, at: Date.now() } : undefined);
  }

  /** Whether they have agreed that their visits are kept. */
  get followed() {
    return this.app.store.get("visits") === true;
  }

  /** @param {string} what @param {object} [body] @returns {Promise<any>} */
  ask(what, body = {}) {
    return this.tools.request(this.app, what, { attempt: this.attempt, ...body });
  }

  /** Noted if it can be; nobody waits for it. @param {string} what @param {object} [body] */
  tell(what, body) {
    void this.ask(what, body).catch(() => {});
  }

  /** What must not be lost, or silence would look like help: told again, later and later. @param {string} what @param {object} body @param {number} [pause] */
  insist(what, body, pause = 2000) {
    void this.ask(what, body).catch(() => pause < 2 * 60 * 1000 && setTimeout(() => this.insist(what, body, pause * 2), pause));
  }

  // Suggestions while they write

  /** Whether it is the first message of a matter that is being written: later ones are for who answers it. */
  get fresh() {
    const { thread, outbox } = this.panel.session;
    return (!thread.conversation || this.panel.another) && !outbox.letters.length;
  }

  typed() {
    clearTimeout(this.soon);
    const text = this.panel.composer.input.value.trim();
    if (!this.fresh || this.app.helpHidden || text.split(/\s+/).length < WORDS) return this.hide();
    if (text !== this.asked) this.soon = setTimeout(() => void this.suggest(text), PAUSE);
  }

  /** @param {string} text */
  async suggest(text) {
    this.asked = text;
    const mine = ++this.turn;
    try {
      const { attempt, articles } = await this.ask("help", { text, followed: this.followed });
      if (mine !== this.turn || !this.fresh || this.app.helpHidden) return;
      if (attempt) this.attempt = attempt;
      this.show(articles);
    } catch {
      this.hide();
    }
  }

  /** @param {Found[]} articles */
  show(articles) {
    if (!articles.length) return this.hide();
    this.everFound = true;
    const print = JSON.stringify(articles);
    if (this.print === print && !this.strip.hidden) return;
    this.print = print;
    this.list.replaceChildren(...articles.map((one) => this.entry(one)));
    this.strip.hidden = false;
    this.news.textContent = this.word("helpFound", { count: articles.length });
  }

  /** @param {boolean} [forGood] they don't want any: not again on this page */
  hide(forGood = false) {
    this.turn += 1;
    if (forGood) {
      this.app.helpHidden = true;
      this.panel.composer.focus();
    }
    this.strip.hidden = true;
    this.news.textContent = "";
  }

  /** @param {Found} one @param {boolean} [whole] with a few of its words */
  entry(one, whole = false) {
    const { el } = this.tools;
    return el("li", {}, el("button", { type: "button", on: { click: () => void this.open(one.url) } }, this.drawn("page"), el("b", {}, one.title), whole && one.passage ? el("small", {}, one.passage) : null));
  }

  /** From the beginning of what is written the arrow leads up to what may help. @param {KeyboardEvent} event */
  reached(event) {
    if (event.key !== "ArrowUp" || this.strip.hidden || this.panel.composer.input.selectionEnd) return;
    event.preventDefault();
    this.list.lastElementChild?.firstElementChild.focus();
  }

  /** @param {KeyboardEvent} event */
  walked(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      return this.hide(true);
    }
    this.step(event, this.list, () => this.panel.composer.focus());
  }

  /** Arrow keys walk a list; past its end they leave it. @param {KeyboardEvent} event @param {HTMLElement} list @param {() => void} below @param {() => void} [above] */
  step(event, list, below, above) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("button")]);
    const to = all.indexOf(/** @type {HTMLElement} */ (event.target)) + by;
    event.preventDefault();
    if (to >= all.length) below();
    else if (to < 0) above?.();
    else all[to].focus();
  }

  /** A message has gone: whatever was read, it goes to us. */
  changed() {
    if (!this.panel.box.isConnected) return void this.panel.session.watchers.delete(this.watch);
    if (!this.panel.session.outbox.letters.length) return;
    this.hide();
    this.close();
    const asked = this.asked && !this.everFound ? this.asked.slice(0, 300) : "";
    if (this.attempt || asked) this.insist("help/went-on", { attempt: this.attempt, asked });
    this.attempt = this.asked = "";
  }

  // Searching

  search() {
    const { el, iconButton } = this.tools;
    const field = el("input", { type: "search", "aria-label": this.word("helpSearch"), placeholder: this.word("helpSearch"), maxLength: 200, autocomplete: "off", enterKeyHint: "search", on: { input: () => later(false) } });
    const state = el("p", { role: "status" });
    const list = el("ul", { className: "found", role: "list", on: { keydown: (/** @type {KeyboardEvent} */ event) => this.step(event, list, () => {}, () => field.focus()) } });
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    let soon;
    let turn = 0;
    let noted = "";
    /** @param {boolean} finished */
    const look = async (finished) => {
      const text = field.value.trim();
      const mine = ++turn;
      if (text.length < 2) return list.replaceChildren(), (state.textContent = "");
      try {
        const { attempt, articles } = await this.ask("help/search", { text, finished: finished && text !== noted, followed: this.followed });
        if (finished) noted = text;
        if (attempt) this.attempt = attempt;
        if (mine !== turn) return;
        list.replaceChildren(...articles.map((/** @type {Found} */ one) => this.entry(one, true)));
        state.textContent = articles.length ? this.word("helpFound", { count: articles.length }) : this.word("helpNothing");
        state.className = articles.length ? "unseen" : "";
      } catch {
        if (mine === turn) state.textContent = this.word("noAnswer");
      }
    };
    /** @param {boolean} finished */
    const later = (finished) => {
      clearTimeout(soon);
      if (finished) return void look(true);
      soon = setTimeout(() => {
        void look(false);
        // Who stays with what they have typed has asked it.
        soon = setTimeout(() => void look(true), 2000);
      }, 300);
    };
    const form = el("form", { role: "search", on: { submit: (/** @type {Event} */ event) => (event.preventDefault(), later(true)), keydown: (/** @type {KeyboardEvent} */ event) => event.key === "ArrowDown" && this.step(event, list, () => {}) } }, field);
    this.searching = this.view(this.word("helpSearch"), [iconButton("close", this.word("helpClose"), () => this.close(true)), form], [state, list]);
    this.lay(this.searching);
    field.focus({ preventScroll: true });
  }

  // Reading

  /** @param {string} url of the article on the help site */
  async open(url) {
    const mine = ++this.turn;
    clearTimeout(this.soon);
    try {
      const article = await this.ask("help/article", { url });
      if (mine === this.turn) this.read(article, url);
    } catch {
      if (mine === this.turn) window.open(new URL(url, this.app.base).href, "_blank", "noopener");
    }
  }

  /** @param {Article} article @param {string} url */
  read(article, url) {
    const { el } = this.tools;
    const title = el("h2", { tabIndex: -1 }, article.title);
    const text = el("div", { on: { click: (/** @type {MouseEvent} */ event) => this.play(event) } });
    // The server has cleaned it; a page that trusts no HTML at all is led to the help site.
    try {
      text.innerHTML = article.html;
    } catch {
      text.append(el("a", { href: article.url, target: "_blank", rel: "noopener" }, this.word("helpElsewhere")));
    }
    const back = el("button", { type: "button", className: "icon", "aria-label": this.word("helpBack"), title: this.word("helpBack"), on: { click: () => this.back() } }, this.drawn("back"));
    const elsewhere = el("a", { href: article.url, target: "_blank", rel: "noopener" }, this.word("helpElsewhere"));
    const view = this.view(article.title, [back, elsewhere], [el("article", { className: "article", lang: article.language }, title, text), this.verdict(url)]);
    this.lay(view);
    title.focus({ preventScroll: true });
  }

  /** A video of another host. The click on it is the consent: only then a frame is made, and the host asked for anything. The
   * link stays, for a shop whose pages allow no such frames. @param {MouseEvent} event */
  play(event) {
    const link = /** @type {HTMLAnchorElement|null} */ (/** @type {Element} */ (event.target).closest("figure[data-embed] .video-open"));
    const figure = /** @type {HTMLElement|null} */ (link?.closest("figure"));
    if (!link || !figure || figure.querySelector("iframe") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const frame = this.tools.el("iframe", { src: figure.dataset.embed, title: link.textContent, allow: "fullscreen; picture-in-picture", referrerPolicy: "strict-origin-when-cross-origin" });
    figure.prepend(frame);
    frame.focus();
    // Then the link leads there.
    document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
      if (!blockedURI || !frame.src.startsWith(blockedURI.replace(/\/$/, ""))) return;
      frame.remove();
      delete figure.dataset.embed;
      link.focus();
    }, { once: true });
  }

  /** "Did this help?" @param {string} url */
  verdict(url) {
    const { el } = this.tools;
    const thanks = el("span", { role: "status", tabIndex: -1 });
    /** @param {boolean} helped @param {string} word */
    const answer = (helped, word) =>
      el("button", { type: "button", className: "button", on: { click: () => {
        this.tell("help/said", { url, helped });
        thanks.textContent = this.word(helped ? "helpThanks" : "helpSorry");
        box.replaceChildren(thanks);
        thanks.focus();
      } } }, this.word(word));
    const box = el("div", { className: "verdict", role: "group", "aria-label": this.word("helpHelped") }, el("span", {}, this.word("helpHelped")), answer(true, "helpYes"), answer(false, "helpNo"), thanks);
    return box;
  }

  back() {
    if (this.searching && this.shown !== this.searching) {
      this.lay(this.searching);
      /** @type {HTMLElement|null} */ (this.searching.querySelector("input"))?.focus({ preventScroll: true });
    } else this.close(true);
  }

  /** In the middle of the panel, above the place to write. @param {string} label @param {(Node|null)[]} head @param {Node[]} body */
  view(label, head, body) {
    const { el } = this.tools;
    return el(
      "section",
      { className: "help", "aria-label": label, on: { keydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && (event.stopPropagation(), this.back()) } },
      el("div", { className: "help-head" }, ...head),
      el("div", { className: "help-body", tabIndex: 0, role: "group", "aria-label": label }, ...body),
      el("div", { className: "help-foot" }, el("button", { type: "button", className: "button main", on: { click: () => this.person() } }, this.word("helpPerson"))),
    );
  }

  /** @param {HTMLElement} view */
  lay(view) {
    this.hide();
    this.shown?.remove();
    this.shown = view;
    this.panel.log.box.hidden = true;
    this.panel.box.querySelector(".middle").append(view);
  }

  /** @param {boolean} [focus] */
  close(focus = false) {
    if (!this.shown) return;
    this.shown.remove();
    this.shown = this.searching = null;
    this.panel.log.box.hidden = false;
    this.panel.log.toEnd();
    if (focus) this.panel.start();
  }

  /** To somebody who answers; past a bot, where one answers first. */
  person() {
    this.app.helpHidden = true;
    this.close(true);
    void this.panel.bot?.then((/** @type {any} */ bot) => bot && !bot.past.hidden && bot.say(this.word("botPerson")));
  }

  /** @param {keyof typeof ICONS} name */
  drawn(name) {
    const svg = this.tools.icon("file");
    svg.firstElementChild?.setAttribute("d", ICONS[name]);
    return svg;
  }
}
