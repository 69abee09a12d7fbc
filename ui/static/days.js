// The days of a list are those of the browser's time zone, by which their form tells the server.
"use strict";

(() => {
  const form = document.querySelector("[data-days]");
  const { from, to, zone } = form.elements;

  // Summer time begins and ends: the zone is that of the first day.
  form.addEventListener("submit", () => {
    const day = from.value || to.value;
    zone.value = day ? -new Date(`${day}T12:00`).getTimezoneOffset() : 0;
    // An address without these is one for all days.
    for (const input of [from, to, zone]) input.disabled = !input.value || input.value === "0";
  });
  window.addEventListener("pageshow", () => { for (const input of [from, to, zone]) input.disabled = false; });
})();
