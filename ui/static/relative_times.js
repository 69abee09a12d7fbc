// Updates times such as "12 s ago", and shows exact times in the user's own time zone.
"use strict";

(() => {
  const UNITS = [[86400, mark("{number} d")], [3600, mark("{number} h")], [60, mark("{number} min")]];
  const exactFormat = new Intl.DateTimeFormat(pageLocale, { dateStyle: "medium", timeStyle: "medium" });

  const ago = (time) => gettext("{time} ago", { time });

  // ui/formatting.py does the same on the server.
  function formatRelativeTime(date) {
    const seconds = Math.max(0, Math.round((Date.now() - date) / 1000));
    for (const [unitSeconds, unit] of UNITS) {
      if (seconds >= unitSeconds) return ago(gettext(unit, { number: Math.floor(seconds / unitSeconds) }));
    }
    return ago(gettext("{number} s", { number: seconds }));
  }

  // Writes only what has changed, so that screen readers do not read it again.
  function update(time) {
    const date = new Date(time.dateTime);
    const relative = time.querySelector("[data-relative-time]");
    if (!relative) return;
    const text = formatRelativeTime(date);
    if (relative.textContent !== text) relative.textContent = text;
    const exactText = exactFormat.format(date);
    if (time.title === exactText) return;
    time.title = exactText;
    time.querySelector("[data-exact-time]").textContent = exactText;
  }

  const updateAll = () => document.querySelectorAll("time").forEach(update);
  updateAll();
  setInterval(updateAll, 5000);
  document.addEventListener("htmx:load", updateAll);
})();
