/**
 * The conversation as this browser knows it: each message once, in the server's order.
 *
 * @typedef {{id: string, name: string, type: string, size: number, url: string, width: number|null, height: number|null}} File_
 * @typedef {{name: string, title: string, picture: string|null, initials: string}} Face
 * @typedef {{id: number, client_id: string|null, from: "contact"|"agent"|"system", kind: "message"|"activity"|"ask_solved",
 *   text: string, at: string, agent: Face|null, attachments: File_[], state: string, page?: string, link?: string,
 *   bot?: {sources: {title: string, url: string}[], choices: string[]}|null}} Message
 * @typedef {{id: number, reference: string, status: "open"|"waiting"|"closed", asked_solved: boolean, agent: Face|null,
 *   ended_how: string|null, agent_read: number, contact_read: number}} Conversation
 */

/** @param {Message} message what the system says in passing doesn't call for anybody */
export const calls = (message) => message.from === "agent" || message.kind === "ask_solved";

export class Thread {
  constructor() {
    /** @type {Map<number, Message>} */
    this.byId = new Map();
    /** @type {Conversation|null} */
    this.conversation = null;
    /** Whether the server has older messages than the oldest here. */
    this.more = false;
    /** The newest message this browser's person has seen, before the server says so too. */
    this.seen = 0;
  }

  /** Take the server's newest page; what is older and not adjoining is forgotten rather than shown with a gap. @param {Message[]} page @param {boolean} more */
  start(page, more) {
    const newest = Math.max(0, ...this.byId.keys());
    const adjoins = page.some((message) => message.id <= newest) && this.byId.size > 0;
    if (!adjoins) {
      this.byId.clear();
      this.more = more;
    }
    for (const message of page) this.byId.set(message.id, message);
  }

  /** @param {Message} message @returns {boolean} whether it was new */
  add(message) {
    const fresh = !this.byId.has(message.id);
    this.byId.set(message.id, message);
    return fresh;
  }

  /** @param {Conversation|null} conversation @returns {boolean} whether it is another one than before, so that the old messages went */
  describe(conversation) {
    if (!conversation) return false;
    const known = this.conversation;
    const same = known?.id === conversation.id;
    if (known && !same) {
      this.byId.clear();
      this.more = false;
    }
    // Frames may cross one another on the way: read marks only move forward.
    this.conversation = {
      ...conversation,
      agent_read: Math.max(conversation.agent_read || 0, (same && known?.agent_read) || 0),
      contact_read: Math.max(conversation.contact_read || 0, (same && known?.contact_read) || 0),
    };
    return Boolean(known) && !same;
  }

  /** @param {"agent"|"contact"} by @param {number} id */
  read(by, id) {
    if (by === "contact") this.seen = Math.max(this.seen, id);
    if (!this.conversation) return;
    const mark = by === "agent" ? "agent_read" : "contact_read";
    this.conversation = { ...this.conversation, [mark]: Math.max(this.conversation[mark], id) };
  }

  /** @returns {Message[]} oldest first */
  get messages() {
    return [...this.byId.values()].sort((a, b) => a.id - b.id);
  }

  get oldest() {
    return Math.min(...this.byId.keys());
  }

  get newest() {
    return Math.max(0, ...this.byId.keys());
  }

  /** @returns {Message[]} that ask for the customer, not yet seen */
  get unread() {
    const seen = Math.max(this.seen, this.conversation?.contact_read ?? 0);
    return this.messages.filter((message) => calls(message) && message.id > seen);
  }

  get ended() {
    return this.conversation?.status === "closed";
  }
}
