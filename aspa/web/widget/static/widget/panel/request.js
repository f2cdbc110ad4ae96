/** The plain requests of the chat: JSON both ways, the visitor's token in a header, no cookies. */

/** The server said no, and why. */
export class Refused extends Error {
  /** @param {number} status @param {{text?: string, retry_after?: number, code?: string}} [error] @param {string|null} [after] the Retry-After header, seconds */
  constructor(status, error = {}, after = null) {
    super(error.text || "");
    this.status = status;
    this.code = error.code ?? "";
    this.retryAfter = Number(error.retry_after ?? after) || 0;
  }

  /** Whether asking again with the same would be refused again. */
  get final() {
    return this.status < 500 && this.status !== 429 && this.status !== 408;
  }
}

/** Who asks: the visitor's token, and the shop's word for a signed-in customer. @param {import("../aspa.js").App} app @returns {Record<string, string>} */
export function credentials(app) {
  const token = app.store.get("token");
  return { ...(token && { Authorization: `Bearer ${token}` }), ...(app.identity && { "X-Identity": app.identity }) };
}

/** The language is that of what the server says back. @param {import("../aspa.js").App} app @param {string} path */
export function address(app, path) {
  return `${app.base}${path}${path.includes("?") ? "&" : "?"}lang=${encodeURIComponent(app.language)}`;
}

/**
 * POST when there is a body, GET otherwise.
 * @param {import("../aspa.js").App} app @param {string} path @param {object} [body] @param {number} [patience] milliseconds
 * @returns {Promise<any>} @throws {Refused} when the server answers with an error; TypeError or a DOMException when it doesn't answer
 */
export async function request(app, path, body, patience = 20000) {
  const answer = await fetch(address(app, path), {
    method: body ? "POST" : "GET",
    headers: { ...credentials(app), ...(body && { "Content-Type": "application/json" }) },
    body: body && app.json(body),
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(patience),
  });
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, data.error, answer.headers.get("Retry-After"));
  return data;
}
