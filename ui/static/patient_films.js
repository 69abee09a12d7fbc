// Asks for the other films of the patient (patient_films/_slot.html) once the film has loaded: nothing
// waits for them, and they take nothing from the film.
"use strict";

(() => {
  function ask() {
    if (document.readyState !== "complete") return;
    document.querySelectorAll("[data-patient-films]").forEach((section) => htmx.trigger(section, "film:ready"));
  }

  window.addEventListener("load", ask);
  // J and K, and the answer of a film that was waited for, bring another section.
  document.addEventListener("film:shown", ask);
  document.addEventListener("htmx:load", ask);
})();
