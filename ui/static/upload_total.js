// The line above the uploads: how many are answered, and what. It reads the rows themselves, so it
// counts whatever changes them. Once all are final, pneumonia comes to the top, below what tells no answer before a reading.
"use strict";

(() => {
  const list = document.querySelector("[data-uploads]");
  const line = document.querySelector("[data-upload-total]");
  const [text, cancelAll, tryAll] = ["[data-total-text]", "[data-cancel-all]", "[data-try-all]"].map((name) => line.querySelector(name));
  // In the order of the list once all are final; each with its words in the line.
  const KINDS = [
    ["blind", (number) => ngettext("{number} to read before the answer", "{number} to read before the answer", number)],
    ["pneumonia", (number) => gettext("{number} pneumonia", { number })],
    ["uncertain", (number) => ngettext("{number} uncertain", "{number} uncertain", number)],
    ["not_assessed", (number) => ngettext("{number} not assessed", "{number} not assessed", number)],
    ["unreadable", (number) => ngettext("{number} cannot be shown", "{number} cannot be shown", number)],
    ["rejected", (number) => ngettext("{number} not read", "{number} not read", number)],
    ["not-sent", (number) => ngettext("{number} not sent", "{number} not sent", number)],
    ["failed", (number) => ngettext("{number} failed", "{number} failed", number)],
    ["expired", (number) => ngettext("{number} not arrived", "{number} not arrived", number)],
    ["no_pneumonia", (number) => gettext("{number} no pneumonia", { number })],
  ];
  const ANSWERS = ["blind", "pneumonia", "uncertain", "not_assessed", "unreadable", "rejected", "no_pneumonia"];
  let wasFinal = true, timer = null;

  const kindOf = (row) => KINDS.map(([kind]) => kind).find((kind) => row.querySelector(".status")?.classList.contains(`status-${kind}`));
  const buttons = (name) => [...list.querySelectorAll(`[data-${name}]`)].filter((button) => !button.closest("[hidden]"));

  // The same order again changes nothing; otherwise the focus returns to where it was.
  function sort() {
    const rows = [...list.children];
    const rank = new Map(rows.map((row) => [row, KINDS.findIndex(([kind]) => kind === kindOf(row))]));
    const sorted = [...rows].sort((first, second) => rank.get(first) - rank.get(second));
    if (sorted.every((row, index) => row === rows[index])) return;
    const focus = document.activeElement;
    list.append(...sorted);
    if (list.contains(focus)) focus.focus({ preventScroll: true });
  }

  function update() {
    timer = null;
    const rows = [...list.children];
    const kinds = rows.map(kindOf);
    const count = (kind) => kinds.filter((other) => other === kind).length;
    const answered = kinds.filter((kind) => ANSWERS.includes(kind)).length;
    const parts = KINDS.filter(([kind]) => count(kind)).map(([kind, describe]) => describe(count(kind)));
    const total = [gettext("{number} of {total} answered", { number: answered, total: rows.length }), ...parts].join(", ");
    const isFinal = rows.length > 0 && kinds.every(Boolean);
    line.hidden = rows.length < 2;
    if (text.textContent !== total) text.textContent = total;
    cancelAll.hidden = !buttons("cancel").length;
    tryAll.hidden = buttons("retry").length < 2;
    if (isFinal && !wasFinal && rows.length > 1) {
      sort();
      document.getElementById("live-region").textContent = `${total}.`;
    }
    wasFinal = isFinal;
  }

  // A button that is gone leaves the focus on the line.
  function clickAll(name) {
    line.focus();
    buttons(name).forEach((button) => button.click());
  }

  cancelAll.addEventListener("click", () => clickAll("cancel"));
  tryAll.addEventListener("click", () => clickAll("retry"));
  // The line appears together with the rows, so that no button moves under a click. Later, many rows
  // change at once.
  function observe() {
    if (line.hidden) update();
    else timer ??= setTimeout(update, 100);
  }

  new MutationObserver(observe).observe(list, { childList: true, subtree: true, attributeFilter: ["hidden"] });
})();
