// Updates how long films have waited for their review. ui/formatting.py writes the same at first.
"use strict";

(() => {
  const UNITS = [[86400, mark("{number} d")], [3600, mark("{number} h")], [60, mark("{number} min")]];

  function formatWait(seconds) {
    let rest = seconds;
    const parts = UNITS.map(([unitSeconds, unit]) => {
      const number = Math.floor(rest / unitSeconds);
      rest -= number * unitSeconds;
      return number ? gettext(unit, { number }) : "";
    });
    return parts.filter(Boolean).slice(0, 2).join(" ") || gettext("{number} s", { number: rest });
  }

  function formatLongest(seconds) {
    const [unitSeconds, unit] = UNITS.find(([size]) => seconds >= size);
    return gettext(unit, { number: Math.floor(seconds / unitSeconds) });
  }

  // Writes only what has changed, so that screen readers do not read it again.
  function update(time) {
    const seconds = Math.max(0, Math.floor((Date.now() - new Date(time.dateTime)) / 1000));
    const longest = Number(time.dataset.longestSeconds);
    const isOver = longest > 0 && seconds > longest;
    const wait = formatWait(seconds);
    const text = isOver ? gettext("waits {time}, over {limit}", { time: wait, limit: formatLongest(longest) }) : gettext("waits {time}", { time: wait });
    if (time.textContent !== text) time.textContent = text;
    time.classList.toggle("is-over", isOver);
  }

  const updateAll = () => document.querySelectorAll("time[data-waits]").forEach(update);
  updateAll();
  setInterval(updateAll, 5000);
  document.addEventListener("htmx:load", updateAll);
})();
