// Reviews: "Undo" for ten seconds, the next film after a review, and the focus stays on the film.
"use strict";

(() => {
  const STORAGE_KEY = "goOn"; // Whether the next film opens after a review.
  const UNDO_KEY = "undo"; // The review of the film before, for the page of the next one.
  const UNDO_SECONDS = 10;
  const announce = (text) => { document.getElementById("live-region").textContent = text; };
  const goesOn = () => (localStorage.getItem(STORAGE_KEY) ?? "true") === "true";
  const findNext = () => document.querySelector('.neighbours [data-shortcut="next"]');
  const focusFilm = () => document.querySelector("[data-image-area][tabindex]")?.focus({ preventScroll: true });

  // An element that has the focus stays until it has lost it.
  function removeAt(element, until) {
    setTimeout(() => {
      if (element.contains(document.activeElement)) return removeAt(element, Date.now() + 1000);
      element.remove();
    }, Math.max(0, until - Date.now()));
  }

  function showGoOn() {
    const label = document.querySelector("[data-go-on]");
    if (!label) return;
    label.hidden = !findNext();
    const box = label.querySelector("input");
    box.checked = goesOn();
    box.addEventListener("change", () => localStorage.setItem(STORAGE_KEY, box.checked));
  }

  // The review is stored: the next film opens, and takes "Undo" along; without one, the page stays.
  function goOn(undo) {
    if (!goesOn() || !findNext()) return removeAt(undo, Date.now() + UNDO_SECONDS * 1000);
    const { undoUrl, undoId, undoText } = undo.dataset;
    const state = { undoUrl, undoId, undoText, filmUrl: location.href, until: Date.now() + UNDO_SECONDS * 1000 };
    sessionStorage.setItem(UNDO_KEY, JSON.stringify(state));
    findNext().click();
  }

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (!["reviews", "radiograph"].includes(detail.target.id)) return;
    showGoOn();
    const undo = document.querySelector("#reviews [data-undo]");
    document.querySelector("[data-undo-before]")?.remove();
    if (undo) goOn(undo);
    if (document.activeElement === document.body) focusFilm();
  });

  // Undo on the next film withdraws the review of the film before, and returns to that film.
  async function undoBefore({ undoUrl, undoId, filmUrl }) {
    const options = { method: "POST", body: new URLSearchParams({ review_id: undoId }) };
    let response = await pageSession.send(undoUrl, options).catch(() => null);
    if (response && pageSession.isOver(response)) response = await pageSession.recover().then(() => pageSession.send(undoUrl, options)).catch(() => null);
    if (!response?.ok) {
      document.getElementById("notice").textContent = gettext("The review was not withdrawn: the server does not answer. Go back to the film and review it again.");
      return;
    }
    sessionStorage.setItem(UNDO_KEY, JSON.stringify({ message: gettext("The review is withdrawn.") }));
    location.assign(filmUrl);
  }

  function showUndoBefore() {
    const state = JSON.parse(sessionStorage.getItem(UNDO_KEY) ?? "{}");
    sessionStorage.removeItem(UNDO_KEY);
    if (state.message) announce(state.message);
    const bar = document.querySelector("[data-undo-before]");
    if (!bar || !(state.until > Date.now())) return;
    bar.hidden = false;
    bar.querySelector("[data-undo-text]").textContent = state.undoText;
    bar.querySelector("button").addEventListener("click", () => undoBefore(state));
    announce(gettext("Stored for the film before. {review}. Undo with Control Z.", { review: state.undoText }));
    removeAt(bar, state.until);
  }

  function startFilm() {
    showGoOn();
    showUndoBefore();
    const undo = document.querySelector("#reviews [data-undo]");
    if (undo) removeAt(undo, Date.now() + UNDO_SECONDS * 1000);
    if (document.activeElement === document.body) focusFilm();
  }

  document.addEventListener("film:shown", startFilm);
  startFilm();
})();
