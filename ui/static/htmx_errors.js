// Shows errors of HTMX requests in the notice: the server's own text, or that it does not answer, and
// what that means for what was sent.
"use strict";

(() => {
  const UNREACHABLE = gettext("The server does not answer.");
  const ADVICE = {
    poll: gettext("Nothing is lost; this page keeps trying."),
    get: gettext("Nothing is lost; try again in a moment."),
    post: gettext("What you sent may not be stored: send it again, which does no harm."),
  };
  const notice = () => document.getElementById("notice");
  let isUnreachable = false;

  // Errors of our application name their target; those of other servers stay out of the page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 400) event.detail.shouldSwap = xhr.getResponseHeader("HX-Retarget") !== null;
  });

  function tellUnreachable({ elt, requestConfig }) {
    const isPoll = elt.matches("[data-rows-url]") || elt.getAttribute("hx-trigger")?.includes("every");
    isUnreachable = true;
    notice().textContent = `${UNREACHABLE} ${ADVICE[isPoll ? "poll" : requestConfig.verb]}`;
  }

  document.addEventListener("htmx:sendError", ({ detail }) => tellUnreachable(detail));

  // What stands before our application, as a gateway, answers without its words. For 401 see session.js.
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status !== 401 && detail.xhr.getResponseHeader("HX-Retarget") === null) tellUnreachable(detail);
  });

  document.addEventListener("htmx:afterOnLoad", ({ detail }) => {
    if (!isUnreachable || !detail.successful) return;
    isUnreachable = false;
    if (notice().textContent.startsWith(UNREACHABLE)) notice().textContent = "";
  });
})();
