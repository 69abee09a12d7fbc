// Keyboard shortcuts: a key clicks the control that names its action in data-shortcut. A letter acts
// only while the film or a list has the focus, or with Alt (WCAG 2.1.4); keys are stored in the browser.
"use strict";

(() => {
  const STORAGE_KEY = "keys";
  const TEXT_FIELDS = "input:not([type=range]):not([type=checkbox]), textarea, select";
  const ALIASES = { "=": "+", _: "-" };
  const REPEATABLE = ["zoom_in", "zoom_out", "next", "previous"];
  const dialog = document.querySelector("[data-key-settings]");
  if (!dialog) return;
  const inputs = [...dialog.querySelectorAll("[data-key-of]")];
  const keysOn = dialog.querySelector("[data-keys-on]");
  const standardKeys = Object.fromEntries(inputs.map((input) => [input.dataset.keyOf, input.value.toLowerCase()]));
  let { areOn = true, keys = {} } = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");

  const keyOf = (action) => keys[action] ?? standardKeys[action] ?? "";
  const labelOf = (action) => (keyOf(action) && !areOn ? `Alt+${keyOf(action).toUpperCase()}` : keyOf(action).toUpperCase());
  const findAction = (key) => Object.keys(standardKeys).find((action) => keyOf(action) === key);
  const findIn = (part, action) => [...(part?.querySelectorAll(`[data-shortcut="${action}"]`) ?? [])].find((control) => !control.closest("[hidden]"));
  // Where a page has two films, those of the one with the focus come first.
  const findControl = (action, target) => findIn(target?.closest("[data-image-viewer]"), action) ?? findIn(document, action);
  const findFilm = () => document.querySelector("[data-image-area][tabindex]");

  // With Alt some keyboards give another character, so the key's place counts.
  function readKey({ key, code, altKey }) {
    const letter = altKey && /^(?:Key|Digit)(.)$/.exec(code);
    const text = letter ? letter[1].toLowerCase() : key.toLowerCase();
    return ALIASES[text] ?? text;
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

  // Where nothing has the focus, a key may move it, and show this list.
  function mayAct(event, action) {
    if (event.altKey) return true;
    if (!areOn || event.target.matches(TEXT_FIELDS)) return false;
    if (event.target.closest("[data-key-area]")) return true;
    return action === "keys" || (event.target === document.body && !findFilm() && ["next", "previous"].includes(action));
  }

  function leave(target) {
    if (!target.matches(TEXT_FIELDS)) return document.querySelector('[data-shortcut="back"]')?.click();
    target.blur();
    findFilm()?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return leave(event.target);
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.matches(TEXT_FIELDS)) return findControl("undo")?.click();
    if (event.ctrlKey || event.metaKey) return;
    const action = findAction(readKey(event));
    if (!action || !mayAct(event, action) || (event.repeat && !REPEATABLE.includes(action))) return;
    if ((action === "next" && moveFocus(1)) || (action === "previous" && moveFocus(-1))) return event.preventDefault();
    const control = findControl(action, event.target);
    if (!control) return;
    event.preventDefault();
    control.click();
  });

  // Shows the keys of a part of the page on its controls.
  function showKeys(part) {
    part.querySelectorAll("[data-shortcut]").forEach((control) => {
      const { shortcut } = control.dataset;
      if (!(shortcut in standardKeys)) return;
      control.setAttribute("aria-keyshortcuts", keyOf(shortcut) ? `${areOn ? `${keyOf(shortcut)} ` : ""}Alt+${keyOf(shortcut)}` : "");
      control.querySelectorAll("kbd").forEach((hint) => { hint.textContent = labelOf(shortcut); });
      control.dataset.title ??= control.title;
      if (control.dataset.title) control.title = labelOf(shortcut) ? `${control.dataset.title} (${labelOf(shortcut)})` : control.dataset.title;
    });
  }

  function showSettings() {
    keysOn.checked = areOn;
    inputs.forEach((input) => { input.value = keyOf(input.dataset.keyOf).toUpperCase(); });
  }

  function store() {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ areOn, keys }));
    showKeys(document);
  }

  // An empty field leaves the action without a key; a key that another action has is refused.
  function changeKey(input) {
    const action = input.dataset.keyOf, key = input.value.trim().toLowerCase();
    const other = key && findAction(key);
    const isRefused = other && other !== action;
    input.setCustomValidity(isRefused ? gettext("{key} is the key of “{action}”.", { key: key.toUpperCase(), action: dialog.querySelector(`[data-key-of="${other}"]`).previousElementSibling.textContent }) : "");
    input.reportValidity();
    if (isRefused) return;
    keys = { ...keys, [action]: key };
    store();
  }

  inputs.forEach((input) => {
    input.addEventListener("focus", () => input.select());
    input.addEventListener("input", () => changeKey(input));
  });
  keysOn.addEventListener("change", () => { areOn = keysOn.checked; store(); });
  dialog.querySelector("[data-keys-reset]").addEventListener("click", () => {
    [areOn, keys] = [true, {}];
    inputs.forEach((input) => input.setCustomValidity(""));
    store();
    showSettings();
  });
  dialog.addEventListener("close", () => inputs.forEach((input) => input.setCustomValidity("")));
  document.querySelectorAll("[data-opens-dialog]").forEach((button) => {
    button.removeAttribute("data-needs-script");
    button.addEventListener("click", () => { showSettings(); document.getElementById(button.dataset.opensDialog).showModal(); });
  });
  showKeys(document);
  document.addEventListener("htmx:load", (event) => showKeys(event.target.parentElement ?? document));
})();
