/**
 * Aspa web chat: the part that every page loads.
 *
 *   <script type="module" src="https://HOST/widget/aspa.js" data-inbox="PUBLICID"
 *           data-identity="JWT" data-language="sv"></script>
 *
 * It reads the inbox's settings, draws the launcher and waits. The panel (panel.js) comes when the
 * customer opens the chat, or quietly when a conversation is already going on.
 *
 * @typedef {{name: string, title: string, picture: string|null, initials: string}} Face
 * @typedef {{name: string, label: string, type: "text"|"email"|"choice", required: boolean, options: string[]}} Question
 * @typedef {{kind: "form"|"email", url: string, name: string}} Way
 * @typedef {{online: boolean, state: "open"|"closed"|"nobody"|"full", agents: Face[], opens: string|null,
 *   queue: {length: number, wait: number|null}, otherwise: Way[]}} Here
 * @typedef {Here & {
 *   brand: {name: string, colour: string, initial: string, logo: string|null},
 *   language: string, languages: string[], headline: string,
 *   prechat: Question[], words: Record<string, string>,
 *   bot?: {name: string, greeting: string},
 *   limits: {text: number, file: number, files: number, types: string[]}, help?: true,
 * }} Config
 */

const PANEL = new URL("panel.js", import.meta.url);
const TELLING = new URL("telling.js", import.meta.url);

const script = /** @type {HTMLScriptElement|undefined} */ (
  [...document.querySelectorAll("script[data-inbox]")].find(
    (tag) => /** @type {HTMLScriptElement} */ (tag).src === import.meta.url,
  ) ?? document.querySelector('script[data-inbox][src*="/widget/aspa.js"]')
);

/** Old libraries of shops (Prototype) teach arrays and texts a toJSON that makes something else of them. @param {any} value */
const json = (value) =>
  JSON.stringify(value, function (key) {
    return this[key];
  });

/** What the browser remembers for one inbox. Blocked storage only means that it forgets at the next page. */
class Store {
  /** @param {string} key */
  constructor(key) {
    this.key = key;
    /** @type {Map<string, string>} */
    this.memory = new Map();
  }

  /** @param {string} name @returns {any} */
  get(name) {
    return (this.read(this.key) ?? {})[name];
  }

  /** @param {string} name @param {any} value */
  set(name, value) {
    // Read again at every write: another tab may have changed its neighbours.
    this.write(this.key, { ...this.read(this.key), [name]: value });
  }

  /** @param {string} key @returns {any} */
  read(key) {
    try {
      const text = this.memory.get(key) ?? localStorage.getItem(key);
      return text ? JSON.parse(text) : undefined;
    } catch {
      return undefined;
    }
  }

  /** @param {string} key @param {any} value */
  write(key, value) {
    const text = json(value);
    try {
      localStorage.setItem(key, text);
      this.memory.delete(key);
    } catch {
      this.memory.set(key, text);
    }
  }

  /** @param {string} key */
  remove(key) {
    this.memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept there either.
    }
  }

  /** @param {string} prefix @returns {string[]} */
  keys(prefix) {
    let kept = /** @type {string[]} */ ([]);
    try {
      kept = Object.keys(localStorage);
    } catch {
      // Storage is blocked; memory has it all.
    }
    return [...new Set([...kept, ...this.memory.keys()])].filter((key) => key.startsWith(prefix));
  }
}

// Colours: any brand colour must give text that can be read (4.5:1) on either ground.

/** @param {string} hex @returns {number[]} */
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** @param {string} hex relative luminance of WCAG, 0 to 1 */
function luminance(hex) {
  const [r, g, b] = channels(hex).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} one @param {string} other */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** @param {string} hex @param {string} other @param {number} share of the other colour, 0 to 1 */
function mix(hex, other, share) {
  const target = channels(other);
  const mixed = channels(hex).map((value, i) => Math.round(value + (target[i] - value) * share));
  return "#" + mixed.map((value) => value.toString(16).padStart(2, "0")).join("");
}

/** The colour itself, or as little darker or lighter as the ground needs. @param {string} hex @param {string} ground @param {number} ratio */
function readable(hex, ground, ratio) {
  const towards = luminance(ground) > 0.18 ? "#000000" : "#ffffff";
  let share = 0;
  let colour = hex;
  while (contrast(colour, ground) < ratio && share < 1) colour = mix(hex, towards, (share += 0.05));
  return colour;
}

/** @param {string} brand @param {string} card @param {string} paper @param {number} least contrast of surfaces with the card */
function tint(brand, card, paper, least) {
  const fill = readable(brand, card, least);
  const soft = mix(card, brand, 0.14);
  // A pale brand stays itself and gets an edge that can be seen.
  return `--brand:${fill};--brand-edge:${readable(fill, card, 3)};--on-brand:${contrast(fill, "#ffffff") >= 4.5 ? "#ffffff" : "#000000"};
    --brand-text:${readable(brand, paper, 4.6)};--brand-soft:${soft};--on-soft:${readable(brand, soft, 5)};`;
}

/** @param {string} brand */
const palette = (brand) => `
  :host { color-scheme: light dark !important; --card:#fffefb; --paper:#f3f1ec; --line:#e4dfd5; --edge:#8b897f; --ink:#1d2321; --ink-2:#56605c; --ink-3:#656d68;
    --here:#2e9d74; --away:#a39d90; --late:#a3291f; --late-soft:#fcebe8; ${tint(brand, "#fffefb", "#f3f1ec", 1)} }
  @media (prefers-color-scheme: dark) {
    :host { --card:#191d1b; --paper:#262c29; --line:#363d39; --edge:#7f8983; --ink:#eef0ec; --ink-2:#b9c1bc; --ink-3:#a3aca7;
      --here:#4cc797; --away:#7d7f78; --late:#ff9d92; --late-soft:#3d211e; ${tint(brand, "#191d1b", "#262c29", 3)} }
  }`;

// What the shop's own rules say of every element must not reach in: only !important in here is stronger.
const LAUNCHER = `
  :host { all: initial !important; direction: ltr !important; position: fixed !important; inset: auto 0 0 auto !important; z-index: 2147483000 !important; width: 0 !important; height: 0 !important;
    font: 400 14.5px/1.5 Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif !important; color: var(--ink) !important; }
  @media print { :host { display: none !important; } }
  .launcher { position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: max(20px, env(safe-area-inset-bottom));
    width: 58px; height: 58px; border: 1px solid var(--brand-edge); border-radius: 50%; padding: 0; display: grid; place-items: center;
    background: var(--brand); color: var(--on-brand); cursor: pointer; box-shadow: 0 6px 22px rgb(29 35 33 / .24);
    transition: transform .15s ease-out, box-shadow .15s; -webkit-tap-highlight-color: transparent; }
  .launcher:hover { transform: translateY(-2px); box-shadow: 0 10px 28px rgb(29 35 33 / .28); }
  .launcher:focus-visible { outline: 3px solid var(--brand-text); outline-offset: 3px; box-shadow: 0 0 0 3px var(--card); }
  .launcher svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
  .launcher .down, .launcher[aria-expanded=true] .chat { display: none; }
  .launcher[aria-expanded=true] .down { display: block; }
  .launcher[aria-busy=true] svg { opacity: .55; }
  .badge { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; box-sizing: border-box; padding: 0 6px; border-radius: 11px;
    border: 2px solid var(--card); background: #b3261e; color: #fff; font: 600 12px/18px Inter, Arial, sans-serif; text-align: center; }
  .badge[hidden] { display: none; }
  @media (max-width: 520px), (max-height: 480px) { .launcher[aria-expanded=true] { display: none; } }
  @media (prefers-reduced-motion: reduce) { .launcher { transition: none; } }
  @media (forced-colors: active) { .launcher, .badge { border-color: ButtonText; } }`;

/** @param {string} css */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** @param {string} path @param {string} name */
function icon(path, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add(name);
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** The chat of one inbox on one page: what the launcher and the panel share. */
export class App {
  /** @param {HTMLScriptElement} tag */
  constructor(tag) {
    this.inbox = tag.dataset.inbox ?? "";
    this.base = `${PANEL.origin}/chat/v1/${encodeURIComponent(this.inbox)}/`;
    this.store = new Store(`aspa:${this.inbox}`);
    this.identity = tag.dataset.identity || null;
    this.language = this.store.get("language") || tag.dataset.language || document.documentElement.lang || "";
    this.opened = false;
    this.unread = 0;
    this.config = /** @type {Config} */ (/** @type {unknown} */ (null));
    /** @type {Record<string, Set<(detail: any) => void>>} */
    this.listeners = {};
    /** @type {Promise<any>|null} the panel, once asked for */
    this.panel = null;
    /** @type {Promise<any>|undefined} */
    this.telling = undefined;
    this.wanted = false; // the customer has asked for the panel and hasn't got it yet
    this.tries = 0;
    this.json = json;
    this.host = document.createElement("aspa-chat");
    this.root = this.host.attachShadow({ mode: "open" });
  }

  async start() {
    await this.loadConfig();
    this.mindWhoIsHere();
    this.draw();
    if (this.store.get("open")) await this.open(false);
    else if (this.store.get("talking") || this.store.keys(`aspa:${this.inbox}:out:`).length) {
      // A conversation is going on: be there for the answer, after the shop's own page has loaded.
      (window.requestIdleCallback ?? setTimeout)(() => void this.load().then((panel) => panel.listen()));
    }
  }

  /** A customer who has signed out leaves nothing in the browser for the next person at it. */
  mindWhoIsHere() {
    if (this.identity) return this.store.set("signedIn", true);
    if (!this.store.get("signedIn")) return;
    for (const key of this.store.keys(`aspa:${this.inbox}:out:`)) this.store.remove(key);
    for (const name of ["token", "talking", "draft", "files", "answers", "open", "signedIn", "visits", "help"]) this.store.set(name, undefined);
  }

  async loadConfig() {
    for (let wait = 2000; ; wait = Math.min(wait * 2, 60000)) {
      try {
        const answer = await fetch(`${this.base}config?lang=${encodeURIComponent(this.language)}`, { credentials: "omit" });
        if (answer.ok) {
          this.config = await answer.json();
          this.language = this.config.language;
          return;
        }
        if (answer.status < 500 && answer.status !== 429) throw new TypeError(`Aspa: inbox ${this.inbox} answered ${answer.status}.`);
      } catch (error) {
        if (error instanceof TypeError && error.message.startsWith("Aspa")) throw error;
      }
      await new Promise((resume) => setTimeout(resume, wait * (0.5 + Math.random() / 2)));
    }
  }

  draw() {
    this.tint = sheet(palette(/^#[0-9a-f]{6}$/i.test(this.config.brand.colour) ? this.config.brand.colour : "#1c5d4d"));
    this.root.adoptedStyleSheets = [this.tint, sheet(LAUNCHER)];
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "launcher";
    this.badge = document.createElement("span");
    this.badge.className = "badge";
    this.badge.setAttribute("aria-hidden", "true");
    this.button.append(
      icon("M5 4.5h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 3.5v-3.5H5a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2M8 9.5h8M8 13h5", "chat"),
      icon("m6 9.5 6 6 6-6", "down"),
      this.badge,
    );
    this.button.addEventListener("click", () => void (this.opened ? this.close() : this.want()));
    this.button.addEventListener("pointerenter", () => void this.fetchPanel().catch(() => {}), { once: true });
    this.root.append(this.button);
    this.label();
    // Shops that swap the body or what is in it (Turbo, htmx) would take the chat away with it.
    const watch = new MutationObserver(() => stay());
    const stay = () => {
      if (!document.body) return;
      watch.observe(document.body, { childList: true });
      if (this.host.isConnected) return;
      document.body.append(this.host);
      this.emit("placed");
    };
    watch.observe(document.documentElement, { childList: true });
    stay();
  }

  label() {
    if (!this.button || !this.badge) return;
    const open = this.opened;
    const text = this.word(open ? "closeChat" : this.unread ? "openChatUnread" : "openChat", { count: this.unread });
    this.button.setAttribute("aria-label", text);
    this.button.setAttribute("aria-expanded", String(open));
    this.button.lang = this.language;
    this.badge.hidden = open || !this.unread;
    this.badge.textContent = this.unread > 99 ? "99+" : String(this.unread);
  }

  /** A sentence in the customer's language. @param {string} key @param {Record<string, string|number>} [values] */
  word(key, values = {}) {
    return (this.config.words[key] ?? "").replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  }

  fetchPanel() {
    const url = new URL(PANEL);
    // Browsers may remember a module that failed to load; a new address asks again.
    if (this.tries) url.searchParams.set("try", String(this.tries));
    return import(url.href).catch((error) => {
      this.tries += 1;
      throw error;
    });
  }

  /** @returns {Promise<any>} the panel's handle: listen, open, close, relabel, identify */
  load() {
    this.panel ??= this.fetchPanel()
      .then((module) => module.start(this))
      .catch((error) => {
        this.panel = null;
        throw error;
      });
    return this.panel;
  }

  /** The customer's own wish: without a network it comes true when there is one again. */
  async want() {
    if (this.wanted) return;
    this.wanted = true;
    this.button?.setAttribute("aria-busy", "true");
    for (let wait = 1000; !this.opened; wait = Math.min(wait * 2, 30000)) {
      await this.open().catch(() => new Promise((resume) => setTimeout(resume, wait)));
    }
    this.button?.removeAttribute("aria-busy");
    this.wanted = false;
  }

  /** @param {boolean} [focus] move the keyboard's focus into the chat */
  async open(focus = true) {
    if (this.opened) return;
    const panel = await this.load();
    this.opened = true;
    this.store.set("open", true);
    panel.open(focus);
    this.label();
    this.emit("open");
  }

  /** @param {boolean} [focus] give the focus back to the launcher */
  async close(focus = true) {
    if (!this.opened) return;
    this.opened = false;
    this.store.set("open", false);
    (await this.load()).close();
    this.label();
    if (focus) this.button?.focus();
    this.emit("close");
  }

  /** @param {number} count */
  setUnread(count) {
    if (count === this.unread) return;
    this.unread = count;
    this.label();
    this.emit("unread", count);
  }

  /** @param {string} language */
  async setLanguage(language) {
    this.language = language;
    this.store.set("language", language);
    await this.loadConfig();
    this.label();
    if (this.panel) (await this.panel).relabel();
  }

  /** @param {string} jwt the shop's signed word for who is signed in */
  async identify(jwt) {
    this.identity = jwt;
    this.mindWhoIsHere();
    if (this.panel) (await this.panel).identify();
  }

  /** What the shop tells goes by a module of its own: who tells nothing loads nothing. @param {"page"|"cart"|"consent"} what @param {any} value */
  async tell(what, value) {
    this.telling ??= import(TELLING.href).then((module) => new module.Telling(this));
    return (await this.telling).tell(what, value);
  }

  /** @param {"message"|"open"|"close"|"unread"|"placed"} name @param {(detail: any) => void} listener @returns {() => void} stops listening */
  on(name, listener) {
    (this.listeners[name] ??= new Set()).add(listener);
    return () => this.listeners[name].delete(listener);
  }

  /** @param {string} name @param {any} [detail] */
  emit(name, detail) {
    for (const listener of this.listeners[name] ?? []) {
      try {
        listener(detail);
      } catch (error) {
        console.error(error);
      }
    }
  }
}

if (script?.dataset.inbox && !("aspa" in window)) {
  const app = new App(script);
  const ready = app.start();
  ready.catch((error) => console.warn(error.message));
  /** @param {(...values: any[]) => any} act */
  const later =
    (act) =>
    /** @param {any[]} values */
    (...values) =>
      ready.then(() => act(...values));
  Object.assign(window, {
    aspa: {
      open: later(() => app.open()),
      close: later(() => app.close(false)),
      identify: (/** @type {string} */ jwt) => {
        // At once: a page that tells it while the chat is starting isn't one where the customer has signed out.
        app.identity = jwt;
        return ready.then(() => app.identify(jwt));
      },
      setLanguage: later((language) => app.setLanguage(language)),
      on: app.on.bind(app),
      page: later((page) => app.tell("page", page)),
      cart: later((cart) => app.tell("cart", cart)),
      consent: later((consent) => app.tell("consent", consent)),
    },
  });
}
