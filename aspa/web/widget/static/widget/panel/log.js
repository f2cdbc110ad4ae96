/** The conversation on the screen: days, bubbles, receipts, marks. Nodes are kept while what they show is the same. */

import { el, face, icon, linked, size } from "./dom.js";

/** @typedef {import("./thread.js").Message} Message */
/** @typedef {import("./outbox.js").Letter} Letter */
/** @typedef {Omit<Message, "id"> & {id: number|null, key: string, letter: Letter|null}} Line a message here or on its way */
/** @typedef {{key: string, print: string, draw: () => HTMLElement}} Item `print` changes when the node must be drawn anew */

const RUN = 5 * 60 * 1000; // Messages of one person within this time stand together.
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\u200d\ufe0f\p{Extended_Pictographic}]*\s*){1,3}$/u;

export class Log {
  /** @param {import("../aspa.js").App} app @param {import("./session.js").Session} session */
  constructor(app, session) {
    this.app = app;
    this.session = session;
    /** @type {Map<string, {print: string, node: HTMLElement}>} */
    this.nodes = new Map();
    this.list = el("div", { className: "lines", role: "log", "aria-live": "polite", "aria-label": app.word("conversation") });
    this.typing = el("div", { className: "typing", hidden: true });
    this.box = el(
      "div",
      { className: "scroll", tabIndex: 0, role: "group", "aria-label": app.word("conversation"), on: { scroll: () => this.scrolled() } },
      this.list,
      this.typing,
    );
    this.jump = el(
      "button",
      { type: "button", className: "jump", hidden: true, on: { click: () => this.toEnd() } },
      icon("down"),
      app.word("newMessages"),
    );
    this.atEnd = true;
    this.loading = false;
    this.drawn = false;
    this.onEnd = () => {};
    // A picture that arrives or a keyboard that rises must not push the newest message out of sight.
    this.watch = new ResizeObserver(() => this.atEnd && this.toEnd());
    this.watch.observe(this.list);
    this.watch.observe(this.box);
  }

  /** @returns {Line[]} stored messages in the server's order, then those on their way */
  get lines() {
    const stored = this.session.thread.messages;
    const known = new Set(stored.map((message) => message.client_id));
    return [
      ...stored.map((message) => ({ ...message, key: message.client_id ?? `m${message.id}`, letter: null })),
      ...this.session.outbox.letters
        .filter((letter) => !known.has(letter.client_id))
        .map((letter) => ({ ...OWN, ...letter, id: null, key: letter.client_id, letter })),
    ];
  }

  draw() {
    const before = this.lastKey;
    const lines = this.lines;
    this.lastKey = lines.at(-1)?.key;
    const mine = lines.at(-1)?.letter && before !== this.lastKey;
    // The first page is read by the person, not called out message by message.
    this.list.setAttribute("aria-live", this.drawn && !this.loading ? "polite" : "off");
    const height = this.box.scrollHeight - this.box.scrollTop;
    const head = this.list.firstElementChild;
    this.place(this.items(lines));
    this.drawTyping();
    if (mine) this.atEnd = true;
    if (this.atEnd) this.toEnd();
    else if (this.list.firstElementChild !== head) this.box.scrollTop = this.box.scrollHeight - height;
    this.jump.hidden = this.atEnd || !this.session.thread.unread.length;
    this.drawn = this.session.known;
  }

  /** @param {Item[]} items */
  place(items) {
    const kept = new Map();
    let at = /** @type {Element|null} */ (this.list.firstElementChild);
    for (const { key, print, draw } of items) {
      const known = this.nodes.get(key);
      const node = known?.print === print ? known.node : draw();
      if (node === at) at = at.nextElementSibling;
      else this.list.insertBefore(node, at);
      if (known && known.node !== node) {
        if (known.node === at) at = at.nextElementSibling;
        known.node.remove();
      }
      kept.set(key, { print, node });
      this.nodes.delete(key);
    }
    for (const { node } of this.nodes.values()) node.remove();
    this.nodes = kept;
  }

  /** @param {Line[]} lines @returns {Item[]} */
  items(lines) {
    /** @type {Item[]} */
    const items = [];
    const lastOwn = lines.findLast((line) => line.from === "contact" && !line.letter);
    let day = "";
    lines.forEach((line, i) => {
      const own = line.from === "contact";
      const previous = lines[i - 1];
      const next = lines[i + 1];
      const date = new Date(line.at).toDateString();
      if (date !== day) items.push(this.day(line.at, (day = date)));
      if (line.kind === "activity") return items.push(this.activity(line));
      const named = line.agent && previous?.agent?.name !== line.agent.name && line.agent.name !== this.headName;
      if (named) items.push(this.name(line));
      items.push(this.bubble(line, !together(previous, line)));
      const ends = !next || !together(line, next) || Boolean(next.letter) !== Boolean(line.letter);
      if (line.letter?.error) items.push(this.failure(line));
      else if (ends || line === lastOwn) items.push(this.mark(line, own, line === lastOwn));
    });
    return items;
  }

  /** Whom the header already names: the bubbles needn't. */
  get headName() {
    return this.session.thread.conversation?.agent?.name;
  }

  /** @param {string} at @param {string} date @returns {Item} */
  day(at, date) {
    return { key: `d${date}`, print: date, draw: () => el("h3", { className: "day" }, dayName(at, this.app.language)) };
  }

  /** @param {Line} line @returns {Item} */
  name(line) {
    const agent = /** @type {import("./thread.js").Face} */ (line.agent);
    return {
      key: `n${line.key}`,
      print: agent.name,
      draw: () => el("div", { className: "who", "aria-hidden": "true" }, face(agent.picture, agent.initials, "small"), agent.name),
    };
  }

  /** What the system says: a receipt has a heading and details, a small event is one quiet line. @param {Line} line @returns {Item} */
  activity(line) {
    const [first, ...rest] = line.text.split("\n");
    const reference = this.session.thread.conversation?.reference;
    const receipt = rest.length || (reference && first.includes(reference));
    const draw = () =>
      receipt
        ? el("div", { className: "receipt" }, el("b", {}, ...linked(first)), rest.length ? el("p", {}, ...linked(rest.join("\n"))) : null, this.page(line))
        : el("div", { className: "quiet" }, ...linked(line.text), this.page(line));
    return { key: line.key, print: line.text + receipt, draw };
  }

  /** The way to the customer's own page of the conversation, or to what `link` names, where the server gives it. @param {Line} line */
  page(line) {
    if (!line.page) return null;
    const looks = line.link ? { className: "button" } : { target: "_blank" };
    return el("p", {}, el("a", { href: line.page, rel: "noopener noreferrer", ...looks }, line.link || this.app.word("ownPage")));
  }

  /** @param {Line} line @param {boolean} first of its run @returns {Item} */
  bubble(line, first) {
    const own = line.from === "contact";
    const kind = `bubble ${own ? "own" : "theirs"} ${first ? "first" : ""} ${ONLY_EMOJI.test(line.text) ? "emoji" : ""}`;
    const author = own ? this.app.word("you") : (line.agent?.name ?? this.app.config.brand.name);
    const draw = () =>
      el(
        "div",
        { className: kind },
        el("span", { className: "unseen" }, `${author}: `),
        line.text ? el("div", { className: "text", dir: "auto" }, ...linked(line.text)) : null,
        ...line.attachments.map((file) => this.file(file)),
        line.bot && this.ofBot?.(line),
      );
    return { key: line.key, print: `${line.text}|${line.attachments.map((file) => file.id)}|${first}|${line.bot && this.ofBot}`, draw };
  }

  /** @param {import("./thread.js").File_} file */
  file(file) {
    const url = new URL(file.url, this.app.base).href;
    const label = `${file.name}, ${size(file.size, this.app.language)}`;
    const link = { href: url, target: "_blank", rel: "noopener noreferrer" };
    if (/^image\/(png|jpeg|gif|webp|avif)$/.test(file.type)) {
      const image = el("img", { alt: file.name, loading: "lazy", width: file.width ?? 240, height: file.height ?? 180, src: url });
      const frame = el("a", { ...link, className: "picture", "aria-label": this.app.word("openFile", { name: label }) }, image);
      // The shop's own rules may forbid pictures from elsewhere: then it is a file like any other.
      image.addEventListener("error", () => frame.replaceWith(this.file({ ...file, type: "" })));
      return frame;
    }
    return el("a", { ...link, className: "file", download: file.name }, icon("file"), el("span", {}, el("b", {}, file.name), size(file.size, this.app.language)));
  }

  /** When, and whether it was read. @param {Line} line @param {boolean} own @param {boolean} last of the person's own stored ones @returns {Item} */
  mark(line, own, last) {
    const { app, session } = this;
    const read = own && last && line.id && line.id <= (session.thread.conversation?.agent_read ?? 0);
    const state = line.letter ? app.word(session.live ? "sending" : "waitingForNetwork") : read ? app.word("read") : own && last ? app.word("sent") : "";
    const time = clock(line.at, app.language);
    const text = state ? `${time} · ${state}` : time;
    return { key: `t${line.key}`, print: text, draw: () => el("div", { className: `mark ${own ? "own" : ""}`, "aria-live": "off" }, text) };
  }

  /** @param {Line} line @returns {Item} */
  failure(line) {
    const { app } = this;
    const error = line.letter?.error || app.word("notSent");
    const draw = () =>
      el(
        "div",
        { className: "failure", role: "alert" },
        icon("alert"),
        el("span", {}, error),
        el("button", { type: "button", className: "link", on: { click: () => this.session.outbox.retry(line.key) } }, app.word("tryAgain")),
        el("button", { type: "button", className: "link", on: { click: () => this.session.outbox.drop(line.key) } }, app.word("delete")),
      );
    return { key: `f${line.key}`, print: error, draw };
  }

  drawTyping() {
    const agent = this.session.typing;
    const text = agent ? this.app.word("isTyping", { name: agent.name.split(" ")[0] }) : "";
    this.typing.hidden = !agent;
    if (this.typing.textContent !== text) {
      this.typing.replaceChildren(el("span", { className: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), text);
    }
  }

  toEnd() {
    this.atEnd = true;
    this.box.scrollTop = this.box.scrollHeight;
    this.measure = this.box.scrollHeight - this.box.clientHeight;
    this.jump.hidden = true;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const measure = scrollHeight - clientHeight;
    // A window that changed its size scrolls too, and is told before it is watched; that isn't the person's doing.
    if (this.atEnd && measure !== this.measure) return this.toEnd();
    this.atEnd = measure - scrollTop < 48;
    if (this.atEnd) {
      this.jump.hidden = true;
      this.onEnd();
    }
    if (scrollTop < 120 && this.session.thread.more) void this.older();
  }

  async older() {
    if (this.loading) return;
    this.loading = true;
    try {
      await this.session.older();
    } catch {
      await new Promise((resume) => setTimeout(resume, 3000)); // The next scroll asks again.
    } finally {
      this.loading = false;
    }
  }
}

const OWN = { from: /** @type {const} */ ("contact"), kind: /** @type {const} */ ("message"), agent: null, state: "queued" };

/** @param {Line|undefined} one @param {Line} other */
function together(one, other) {
  if (!one || one.kind === "activity" || other.kind === "activity") return false;
  const near = Math.abs(Date.parse(other.at) - Date.parse(one.at)) < RUN;
  return near && one.from === other.from && one.agent?.name === other.agent?.name;
}

/** @param {string} at @param {string} language */
function clock(at, language) {
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

/** "Tänään", "Eilen", or the day itself. @param {string} at @param {string} language */
function dayName(at, language) {
  const date = new Date(at);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
  const name =
    days < 2
      ? new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-Math.max(days, 0), "day")
      : new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }).format(date);
  return name[0].toLocaleUpperCase(language) + name.slice(1);
}
