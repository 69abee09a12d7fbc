// Applies the stored theme before the page is painted, and lets a button change it.
"use strict";

(() => {
  const root = document.documentElement;
  const STORAGE_KEY = "theme";
  const prefersLight = matchMedia("(prefers-color-scheme: light)");
  const currentTheme = () => root.dataset.theme ?? (prefersLight.matches ? "light" : "dark");

  const storedTheme = localStorage.getItem(STORAGE_KEY);
  if (storedTheme === "dark" || storedTheme === "light") root.dataset.theme = storedTheme;

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-toggle]");
    if (!button) return; // The last page of the small login window has none.
    button.removeAttribute("data-needs-script");
    button.addEventListener("click", () => {
      root.dataset.theme = currentTheme() === "dark" ? "light" : "dark";
      localStorage.setItem(STORAGE_KEY, root.dataset.theme);
      document.getElementById("live-region").textContent = root.dataset.theme === "dark" ? gettext("The page is dark.") : gettext("The page is light.");
    });
  });
})();
