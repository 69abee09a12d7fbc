// Shows errors of HTMX requests in the notice: the server's own text, or that it does not answer.
"use strict";

(() => {
  const UNREACHABLE = "The server does not answer. Nothing is lost; this page keeps trying.";
  const notice = () => document.getElementById("notice");
  let isUnreachable = false;

  // Errors of our application name their target; those of other servers stay out of the page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 400) event.detail.shouldSwap = xhr.getResponseHeader("HX-Retarget") !== null;
  });

  document.addEventListener("htmx:sendError", () => {
    isUnreachable = true;
    notice().textContent = UNREACHABLE;
  });

  document.addEventListener("htmx:afterOnLoad", () => {
    if (!isUnreachable) return;
    isUnreachable = false;
    if (notice().textContent === UNREACHABLE) notice().textContent = "";
  });
})();
