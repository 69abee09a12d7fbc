// "Older", or "Due after these", adds rows to a list and is gone: the focus moves to the first of them,
// and their number is announced.
"use strict";

(() => {
  const ROWS = "[data-radiograph-list] .name";
  let rowsBefore = 0;

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.matches(".next-page")) rowsBefore = document.querySelectorAll(ROWS).length;
  });

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (!detail.target.matches(".next-page")) return;
    const rows = [...document.querySelectorAll(ROWS)].slice(rowsBefore);
    rows[0]?.focus();
    document.getElementById("live-region").textContent = rows.length ? ngettext("{number} more X-ray.", "{number} more X-rays.", rows.length) : gettext("There are no more X-rays.");
  });
})();
