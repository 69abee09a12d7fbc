// Two films side by side: one is zoomed and moved as the other is, until that is switched off. Window,
// turns, measures and the saliency map stay with each film.
"use strict";

(() => {
  const box = document.querySelector("[data-link-films]");
  const viewers = [...document.querySelectorAll("[data-image-viewer]")];
  let place = null;

  const move = (viewer) => viewer.dispatchEvent(new CustomEvent("film:place", { detail: place }));

  viewers.forEach((viewer) => viewer.addEventListener("film:moved", ({ detail }) => {
    place = detail;
    if (box.checked) viewers.filter((each) => each !== viewer).forEach(move);
  }));
  box.addEventListener("change", () => {
    if (box.checked && place) viewers.forEach(move);
    document.getElementById("live-region").textContent = box.checked ? gettext("Zoom and place are linked.") : gettext("Each film moves alone.");
  });
  const choice = box.closest("label");
  choice.hidden = viewers.length < 2;
  choice.removeAttribute("data-needs-script");
  viewers[0]?.querySelector("[data-image-area]").focus({ preventScroll: true });
})();
