/** Keeps "3 min" true while a page stays open: `<time datetime="…" data-ago>`. */

const MINUTE = 60_000;
const language = document.documentElement.lang || "en";
const short = { minute: new Intl.NumberFormat(language, { style: "unit", unit: "minute", unitDisplay: "short" }), hour: new Intl.NumberFormat(language, { style: "unit", unit: "hour", unitDisplay: "short" }) };

setInterval(() => {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("time[data-ago]"))) {
    const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / MINUTE);
    if (minutes >= 1 && minutes < 60) time.textContent = short.minute.format(minutes);
    else if (minutes >= 60 && minutes < 360) time.textContent = short.hour.format(Math.floor(minutes / 60));
  }
}, MINUTE / 2);
