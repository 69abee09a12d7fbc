// The texts of scripts in the language of the page: an English text is the name of its message
// (gettext). Another language brings its texts in a file of its own, before this one.
"use strict";

const { gettext, ngettext, mark, formatNumber, pageLocale } = (() => {
  const { texts = {}, forms = {} } = globalThis.pageTexts ?? {};
  const language = document.documentElement.lang;
  // A reader of Spanish in Mexico has numbers and dates as in Mexico.
  const pageLocale = navigator.languages.find((tag) => tag.split("-")[0] === language.split("-")[0]) ?? language;
  const plurals = new Intl.PluralRules(language);

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

  return {
    pageLocale,
    // For a text that `gettext` gets later.
    mark: (text) => text,
    gettext: (text, values = {}) => fill(texts[text] ?? text, values),
    // `{number}` in the text is the number itself.
    ngettext: (singular, plural, number, values = {}) => {
      const text = texts[singular]?.[forms[plurals.select(number)] ?? 0] ?? (number === 1 ? singular : plural);
      return fill(text, { number, ...values });
    },
    formatNumber: (number, digits) => number.toLocaleString(pageLocale, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false }),
  };
})();
