// "Start a chat" opens the brand's chat on this page; the chat itself is fetched only then. Without this the link leads
// to the contact page.

for (const link of document.querySelectorAll("a[data-chat]")) {
  const { chat, widget, language } = /** @type {HTMLElement} */ (link).dataset;
  /** @type {HTMLElement} */ (link).hidden = false;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    await load(widget ?? "", chat ?? "", language ?? "");
    /** @type {any} */ (window).aspa.open();
  });
}

/**
 * @param {string} address of the widget's script
 * @param {string} inbox
 * @param {string} language
 * @returns {Promise<void>}
 */
function load(address, inbox, language) {
  if (document.querySelector("script[data-inbox]")) return Promise.resolve();
  return new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = address;
    script.dataset.inbox = inbox;
    script.dataset.language = language;
    script.onload = () => loaded();
    script.onerror = failed;
    document.head.append(script);
  });
}
