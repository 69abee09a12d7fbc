// Keyboard shortcuts: a key clicks the control that names it in data-shortcut, and J and K move
// through lists.
"use strict";

(() => {
  const TEXT_FIELDS = "input:not([type=range]):not([type=checkbox]), textarea, select";

  function findControl(key) {
    return [...document.querySelectorAll("[data-shortcut]")].find(
      (element) => element.dataset.shortcut.split(" ").includes(key) && !element.closest("[hidden]"),
    );
  }

  // On a list, J and K move from file to file; Enter opens one, as it does any link.
  function moveFocus(step) {
    const links = [...document.querySelectorAll("[data-radiograph-list] .name")];
    if (!links.length) return false;
    const index = links.indexOf(document.activeElement);
    const next = links[Math.min(Math.max(index + step, 0), links.length - 1)];
    next.focus();
    next.closest("li").scrollIntoView({ block: "nearest" });
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.target.matches(TEXT_FIELDS)) {
      if (key === "Escape") event.target.blur();
      return;
    }
    if ((key === "j" && moveFocus(1)) || (key === "k" && moveFocus(-1))) return event.preventDefault();
    const control = findControl(key);
    // A key that is held down repeats the zoom only.
    if (!control || (event.repeat && !"+=-".includes(key))) return;
    event.preventDefault();
    control.click();
  });

  document.querySelectorAll("[data-opens-dialog]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById(button.dataset.opensDialog).showModal());
  });
})();
