// Refuses a character that no page can show at its field, before the form is sent. A browser would
// send a lone surrogate, half of a character, as a replacement character.
"use strict";

(() => {
  // As in contracts/printable.py. Only a text of several lines has tabs and ends of lines.
  const UNPRINTABLE_IN_LINE = /[\p{Cc}\p{Cs}]/u;
  const UNPRINTABLE_IN_TEXT = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u;

  document.addEventListener("input", ({ target }) => {
    const { unprintableText } = target.dataset;
    if (!unprintableText) return;
    const pattern = target.matches("textarea") ? UNPRINTABLE_IN_TEXT : UNPRINTABLE_IN_LINE;
    target.setCustomValidity(pattern.test(target.value) ? unprintableText : "");
    target.reportValidity();
  });
})();
