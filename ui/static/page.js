// What every page does with the server's answers: says errors in the notice, and what is wrong with
// the line when no answer comes at all.
"use strict";

(() => {
  const AWAY = "The server does not answer. Nothing is lost; this page keeps trying.";
  const notice = () => document.getElementById("notice");
  let isAway = false;

  // Our own errors name where they want to stand; anybody else's answer is not put into the page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 400) event.detail.shouldSwap = xhr.getResponseHeader("HX-Retarget") !== null;
  });

  document.addEventListener("htmx:sendError", () => {
    isAway = true;
    notice().textContent = AWAY;
  });

  document.addEventListener("htmx:afterOnLoad", () => {
    if (!isAway) return;
    isAway = false;
    if (notice().textContent === AWAY) notice().textContent = "";
  });
})();
