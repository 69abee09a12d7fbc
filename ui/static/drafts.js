// Keeps the draft of a note in this window until the review is stored: a login, a reload or another film
// in between does not lose it. It is kept for its author only, and goes with the logout and the window.
"use strict";

(() => {
  const PREFIX = "draft:";
  const session = document.querySelector("[data-session]");
  if (!session) return;
  const key = () => `${PREFIX}${session.dataset.user}:${location.pathname}`;
  const findNote = () => document.querySelector('#reviews textarea[name="note"]');
  const remove = (isOver) => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX) && isOver(name)).forEach((name) => sessionStorage.removeItem(name));

  function restore() {
    const note = findNote();
    const draft = sessionStorage.getItem(key());
    if (!note || draft === null || draft === note.value) return;
    note.value = draft;
    document.getElementById("live-region").textContent = gettext("Your draft of the note is back.");
  }

  document.addEventListener("input", ({ target }) => {
    if (target !== findNote()) return;
    if (target.value === target.defaultValue) sessionStorage.removeItem(key());
    else sessionStorage.setItem(key(), target.value);
  });
  // The answer to a review holds the note that is stored; an answer to a poll does not touch the draft.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id === "reviews" && detail.shouldSwap && detail.xhr.status < 400) sessionStorage.removeItem(key());
  });
  document.addEventListener("htmx:afterSettle", restore);
  document.addEventListener("film:shown", restore);
  document.querySelector("[data-logout]")?.addEventListener("submit", () => remove(() => true));
  remove((name) => !name.startsWith(`${PREFIX}${session.dataset.user}:`));
  restore();
})();
