/** A small choice of emoji, in a grid that arrow keys walk. */

// In the order of the names in the word emojiNames.
const EMOJI = [..."😀😄😁😂🤣😊🙂😉😍🥰😘😎🤩🥳🤔😅😌😴😐😕😟😢😭😡😳😱🤗🙃👍👎👏🙌🙏👋🤝💪👌🤞👀💚🧡✨🎉🎁🎂🌸🌞⛄🎄🔥⭐✅❌❓📦🚚🛒💳📷☕"];
const ACROSS = 8;

/** @param {import("../aspa.js").App} app @param {typeof import("../panel/dom.js").el} el @param {(emoji: string) => void} chosen @param {() => void} left */
export function emojiGrid(app, el, chosen, left) {
  const names = app.word("emojiNames").split(",");
  const buttons = EMOJI.map((emoji, i) =>
    el("button", { type: "button", tabIndex: i ? -1 : 0, "aria-label": names[i]?.trim() || emoji, title: names[i]?.trim() ?? "", on: { click: () => chosen(emoji) } }, emoji),
  );
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ACROSS, ArrowUp: -ACROSS, Home: -Infinity, End: Infinity };
  /** @param {KeyboardEvent} event */
  const walk = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      return left();
    }
    if (!(event.key in steps)) return;
    event.preventDefault();
    const now = buttons.indexOf(event.target);
    const to = Math.max(0, Math.min(buttons.length - 1, now + steps[event.key]));
    buttons[now].tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus();
  };
  return el("div", { className: "emojis", role: "group", "aria-label": app.word("emoji"), on: { keydown: walk } }, ...buttons);
}
