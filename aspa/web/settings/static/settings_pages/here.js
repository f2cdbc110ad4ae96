/** Where one is stays in sight in the list of pages, which is longer than the window (wider than it on a phone). */
document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
