// One key for each control that names one in data-key; J and K walk through lists.
"use strict";

(() => {
  const TYPING = "input:not([type=range]):not([type=checkbox]), textarea, select";

  function control(key) {
    return [...document.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key.split(" ").includes(key) && !element.closest("[hidden]"),
    );
  }

  // On a list, J and K move from file to file; Enter opens one, as for any link.
  function walk(step) {
    const links = [...document.querySelectorAll("[data-rows] .name")];
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
    next.focus();
    next.closest("li").scrollIntoView({ block: "nearest" });
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.target.matches(TYPING)) {
      if (key === "Escape") event.target.blur();
      return;
    }
    if ((key === "j" && walk(1)) || (key === "k" && walk(-1))) return event.preventDefault();
    const found = control(key);
    if (!found || (event.repeat && !"+=-".includes(key))) return;
    event.preventDefault();
    found.click();
  });

  document.querySelectorAll("[data-opens]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
  });
})();
