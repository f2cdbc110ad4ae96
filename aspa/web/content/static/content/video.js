/** A video of another host is a link to its page. The click on it is the consent: only then a frame is made in its place,
 * and only then anything is asked of that host. */

document.addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest?.("figure.video.embedded .video-open"));
  const figure = /** @type {HTMLElement | null} */ (link?.closest("figure"));
  if (!link || !figure?.dataset.embed || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const frame = Object.assign(document.createElement("iframe"), {
    src: figure.dataset.embed, title: link.textContent ?? "", allow: "fullscreen; picture-in-picture", allowFullscreen: true, referrerPolicy: "strict-origin-when-cross-origin",
  });
  link.replaceWith(frame);
  frame.focus();
});
