/** A small set of emoji that customer service needs. Screen readers say each one's name in the reader's own language. */
const EMOJI = "😊 🙂 😀 😄 😅 😉 😍 🤗 🤔 😮 😢 😔 😕 🙏 👍 👎 👌 👏 🙌 💪 👋 🤝 ✌️ 👀 ❤️ 💚 💙 💛 🧡 ✨ ⭐ 🌟 🔥 🎉 🎁 🎂 ☀️ 🌧️ ❄️ 🌲 🌷 🍀 ☕ 🍰 ✅ ❌ ❗ ❓ ⚠️ 💡 📦 🚚 📮 🛒 🛍️ 💳 🧾 💶 📞 📱 💻 📧 📎 📷 📅 ⏰ ⏳ 🔑 🔒 🔧 🧵 🧶 🧦 👟 👕 🧥 🏠 🚗 🚲 🐶 🐱".split(" ");

document.addEventListener("beforetoggle", (event) => {
  const menu = /** @type {HTMLElement} */ (event.target), place = menu.querySelector?.(".emoji");
  if (menu.id !== "emoji-menu" || !place || place.childElementCount) return;
  place.append(...EMOJI.map((one) => Object.assign(document.createElement("button"), { type: "button", textContent: one })));
}, true);

document.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest?.(".emoji button");
  if (!button) return;
  document.dispatchEvent(new CustomEvent("composer:insert", { detail: { text: button.textContent } }));
  document.getElementById("emoji-menu")?.hidePopover();
});
