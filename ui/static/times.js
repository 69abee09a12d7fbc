// Keeps "12 s ago" true and shows exact times in the reader's own time zone.
"use strict";

(() => {
  const UNITS = [[86400, "d"], [3600, "h"], [60, "min"]];
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

  function ago(at) {
    const seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
    for (const [size, unit] of UNITS) {
      if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`;
    }
    return `${seconds} s ago`;
  }

  function show(time) {
    const at = new Date(time.dateTime);
    const shown = time.querySelector("[data-ago]");
    if (!shown) return;
    const text = ago(at);
    if (shown.textContent !== text) shown.textContent = text;
    const said = exact.format(at);
    if (time.title === said) return;
    time.title = said;
    time.querySelector("[data-exact]").textContent = said;
  }

  const showAll = () => document.querySelectorAll("time").forEach(show);
  showAll();
  setInterval(showAll, 5000);
  document.addEventListener("htmx:load", showAll);
})();
