/** Keeps countdowns true while a page stays open: `<span class="chip countdown" data-due="…" data-warn="…">… <span data-left>`.
 * The words are the server's (countdowns.py); what is more than half a day away stays as the server wrote it. */
import { say } from "./server.js";

const MINUTE = 60_000, NEAR = 12 * 60 * MINUTE, LONG = 6;

function tick() {
  const now = Date.now();
  for (const chip of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".countdown[data-due]"))) {
    const left = chip.querySelector("[data-left]"), due = Date.parse(chip.dataset.due ?? "");
    if (!left || due - now > NEAR) continue;
    const late = due < now, near = !late && Date.parse(chip.dataset.warn ?? "") <= now;
    chip.classList.toggle("late", late);
    chip.classList.toggle("promise", near);
    const says = late ? "time_late" : near ? "little_time_left" : "time_left";
    const text = say(says, { time: spoken(late ? Math.floor((now - due) / MINUTE) : Math.ceil((due - now) / MINUTE)) });
    if (left.textContent !== text) left.textContent = text;
  }
}

/** @param {number} minutes */
function spoken(minutes) {
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return say("minutes", { count: String(minutes) });
  if (hours < LONG && minutes % 60) return say("hours_minutes", { hours: String(hours), count: String(minutes % 60) });
  if (hours < 48) return say("hours", { count: String(hours) });
  return say("days", { count: String(Math.floor(hours / 24)) });
}

setInterval(tick, MINUTE / 4);
