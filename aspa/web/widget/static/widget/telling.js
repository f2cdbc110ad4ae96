/**
 * What the shop's page tells of its visitor: the page, the cart, and whether they agree to it.
 *
 *   aspa.consent({visits: true})
 *   aspa.page({title, product: {name, id}})
 *   aspa.cart({id, items: [{name, quantity, price, id, sku, url}], value, currency, resumeUrl})
 *
 * Loaded with the first such call. Without consent nothing is sent or remembered, but the cart of a customer whom the
 * shop has signed in. What is told in one go is sent in one request.
 */

/** How long the rest of the page's calls are waited for. */
const TOGETHER = 50;

export class Telling {
  /** @param {import("./aspa.js").App} app */
  constructor(app) {
    this.app = app;
    /** @type {Record<string, any>} */
    this.waiting = {};
    /** @type {Record<string, any>} the page that is shown and the cart, should the visitor agree while it is */
    this.last = {};
    /** @type {Promise<boolean>|null} */
    this.going = null;
  }

  get allowed() {
    return this.app.store.get("visits") === true;
  }

  /** @param {"page"|"cart"|"consent"} what @param {any} value @returns {Promise<boolean>} whether it was taken */
  tell(what, value) {
    if (what === "consent") this.consent(value);
    else {
      const here = { url: location.href.slice(0, 4000), title: document.title.slice(0, 800) };
      this.last[what] = what === "page" ? { ...here, ...value } : value;
      if (this.allowed || (what === "cart" && this.app.identity)) this.waiting[what] = this.last[what];
    }
    return Object.keys(this.waiting).length ? (this.going ??= this.soon()) : Promise.resolve(false);
  }

  /** @param {{visits?: boolean, at?: string}} value `at`: when they agreed, if that was earlier */
  consent(value) {
    const visits = value?.visits === true;
    if (visits === this.allowed) return;
    this.app.store.set("visits", visits || undefined);
    if (!visits) {
      delete this.waiting.page;
      this.app.store.set("help", undefined);
    }
    this.waiting = { ...(visits ? this.last : {}), ...this.waiting, consent: { ...value, visits } };
  }

  async soon() {
    await new Promise((resume) => setTimeout(resume, TOGETHER));
    const body = this.waiting;
    this.waiting = {};
    this.going = null;
    return this.send(body);
  }

  /** @param {Record<string, any>} body */
  async send(body) {
    const { app } = this;
    const token = app.store.get("token");
    try {
      const answer = await fetch(`${app.base}shopping?lang=${encodeURIComponent(app.language)}`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(app.identity && { "X-Identity": app.identity }),
        },
        body: app.json(body),
        credentials: "omit",
        // The visitor may be on the way to the next page.
        keepalive: true,
      });
      const data = await answer.json();
      if (!answer.ok) {
        if (data.error?.code === "no_consent") app.store.set("visits", undefined);
        console.warn(`Aspa: ${data.error?.text}`);
        return false;
      }
      if (this.allowed && !data.visits) app.store.set("visits", undefined);
      if (this.allowed && !app.store.get("token")) app.store.set("token", data.token);
      return true;
    } catch {
      return false; // Without a network; the next page tells again.
    }
  }
}
