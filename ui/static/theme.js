// Sets the chosen theme before the page is painted, and lets a button change it.
"use strict";

(() => {
  const root = document.documentElement;
  const KEY = "theme";
  const isLight = matchMedia("(prefers-color-scheme: light)");
  const current = () => root.dataset.theme ?? (isLight.matches ? "light" : "dark");

  const kept = localStorage.getItem(KEY);
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-toggle]");
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      localStorage.setItem(KEY, root.dataset.theme);
    });
  });
})();
