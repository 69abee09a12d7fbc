// Applies the stored density of the worklist before the page is painted, and lets a button change it.
"use strict";

(() => {
  const root = document.documentElement;
  const STORAGE_KEY = "density";
  const isCompact = () => root.dataset.density === "compact";

  if (localStorage.getItem(STORAGE_KEY) === "compact") root.dataset.density = "compact";

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-density-toggle]");
    const show = () => button.setAttribute("aria-pressed", isCompact());
    button.removeAttribute("data-needs-script");
    show();
    button.addEventListener("click", () => {
      root.dataset.density = isCompact() ? "wide" : "compact";
      localStorage.setItem(STORAGE_KEY, root.dataset.density);
      show();
    });
  });
})();
