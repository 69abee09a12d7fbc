// The place in a list: whoever opens a film leaves its row in the address, and finds it again at the
// same height of the window. The address holds no word of a search, only its id.
"use strict";

(() => {
  const STORAGE_KEY = "rowTop"; // How far from the top of the window the row was, in pixels.
  const ROWS = "[data-radiograph-list] > [data-entry]";
  const readEntry = () => new URLSearchParams(location.search).get("at");

  function keepPlace(row) {
    const address = new URL(location.href);
    address.searchParams.delete("cursor");
    address.searchParams.set("at", row.dataset.entry);
    history.replaceState(history.state, "", address);
    sessionStorage.setItem(STORAGE_KEY, row.getBoundingClientRect().top);
  }

  // The server marks the row, or the one that has followed it; uploads come by a script.
  function returnToRow() {
    const entry = readEntry();
    const row = document.querySelector("[data-return-here]") ?? (entry && [...document.querySelectorAll(ROWS)].find((each) => each.dataset.entry === entry));
    if (!row) return;
    const top = Number(sessionStorage.getItem(STORAGE_KEY) ?? innerHeight / 2);
    history.scrollRestoration = "manual";
    row.querySelector(".name").focus({ preventScroll: true });
    scrollBy({ top: row.getBoundingClientRect().top - top, behavior: "instant" });
  }

  document.addEventListener("click", ({ target }) => {
    const row = target.closest("a.name")?.closest(ROWS);
    if (row) keepPlace(row);
  }, true);
  // "Older" moves the focus to the first of its rows: a reload shows these.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const row = detail.target.matches(".next-page") && document.activeElement.closest(ROWS);
    if (row) keepPlace(row);
  });
  document.addEventListener("uploads:restored", returnToRow);
  // What this tab remembers ends with the session.
  document.querySelector('form[action$="/logout"]')?.addEventListener("submit", () => sessionStorage.clear());
  returnToRow();
})();
