// Keeps a user at work logged in. Who was logged out logs in again in a small window, while the page
// stays as it is; what waited for the login then goes on.
"use strict";

window.pageSession = (() => {
  const [TICK_SECONDS, PING_SECONDS, FRAME_SECONDS, LOAD_SECONDS, PAUSE_SECONDS] = [5, 60, 15, 1, 300];
  const [MAX_REFUSALS, REFUSAL_SECONDS] = [10, 60];
  const SESSION_OVER_STATUS = 401;
  const UNREACHABLE = gettext("The server does not answer. Nothing is lost; try again in a moment.");
  const WINDOW_OPTIONS = "popup,width=520,height=720";
  const dialog = document.querySelector("[data-session]");
  if (!dialog) return null;
  const { user, stateUrl, frameUrl, formUrl, windowUrl } = dialog.dataset;
  const find = (name) => dialog.querySelector(`[data-session-${name}]`);
  const channel = new BroadcastChannel("login"); // login_window.js answers.
  const now = () => Date.now() / 1000;
  let renewAt = now() + Number(dialog.dataset.renewalSeconds);
  let usedAt = 0, askedAt = now(), recovery = null, renewal = null, isDismissed = false;
  let newsCount = 0, wake = () => {}, refusals = [];

  // The state of the session

  const csrfHeaders = () => JSON.parse(document.body.getAttribute("hx-headers"));

  // A part of a page may have been fetched before the login.
  function updateForms(part) {
    const token = csrfHeaders()["X-CSRFToken"];
    part.querySelectorAll('input[name="csrf_token"]').forEach((input) => { input.value = token; });
  }

  // A login gives the session another form token.
  function adopt(state) {
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": state.form_token }));
    updateForms(document);
    renewAt = now() + state.renewal_seconds;
  }

  async function fetchState({ check = false } = {}) {
    const response = await fetch(check ? `${stateUrl}?check=1` : stateUrl);
    const hasEnded = response.status === SESSION_OVER_STATUS;
    if (!response.ok && !hasEnded) throw new Error(`The session was not read: ${response.status}`);
    const state = await response.json();
    const isOwn = !hasEnded && state.user === user;
    if (isOwn) adopt(state);
    return { ...state, isOver: hasEnded, isOwn };
  }

  // Renewal, while the user is at work

  // Works where page and login are of one site; elsewhere the next page renews, or the small window.
  function renewInFrame() {
    renewal ??= new Promise((resolve) => {
      const frame = Object.assign(document.createElement("iframe"), { src: frameUrl, hidden: true, title: gettext("Login") });
      const settle = (hasWorked) => {
        clearTimeout(timer);
        channel.removeEventListener("message", listen);
        frame.remove();
        resolve(hasWorked);
      };
      const listen = ({ data }) => settle(data === "finished");
      const timer = setTimeout(settle, FRAME_SECONDS * 1000, false);
      channel.addEventListener("message", listen);
      // Its last page has told by then; a page of the browser about an error tells nothing.
      frame.addEventListener("load", () => setTimeout(settle, LOAD_SECONDS * 1000, false));
      document.body.append(frame);
    }).finally(() => { renewal = null; });
    return renewal;
  }

  // Windows of one browser share the session, so one of them renews it.
  const renew = () => navigator.locks.request("login", async () => {
    const state = await fetchState();
    if (state.isOver && !state.can_renew) return;
    if (!state.isOver && now() < renewAt) return;
    if (!(await renewInFrame())) renewAt = now() + PAUSE_SECONDS;
    else await fetchState();
  });

  // Only a person who uses the page keeps the session; a page that polls does not.
  async function tick() {
    const isDue = now() >= renewAt;
    if (recovery || usedAt <= askedAt || (!isDue && now() - askedAt < PING_SECONDS)) return;
    askedAt = now();
    if (isDue) await renew();
    else if ((await fetchState()).isOver) await recover();
  }

  // The login in a small window

  function show(state) {
    const isOther = !state.isOver;
    find("title").textContent = isOther ? gettext("Another account is logged in") : gettext("Log in again");
    find("detail").textContent = isOther ? gettext("{name} is logged in now. Log in with your own account to go on here.", { name: state.name }) : state.detail;
    find("reload").hidden = !isOther;
    find("login").href = isOther ? formUrl : windowUrl; // The other one's session would need no form.
    if (!dialog.open) dialog.showModal();
  }

  // News may come while the state is being asked for, so they are counted.
  const nextNews = (count) => (count === newsCount ? new Promise((resolve) => { wake = resolve; }) : Promise.resolve());

  // Another window may have logged in meanwhile. A server that refuses a token, and says that it is
  // valid, is not asked without end.
  function countRefusal() {
    refusals = [...refusals, now()].filter((at) => now() - at < REFUSAL_SECONDS);
    if (refusals.length > MAX_REFUSALS) throw new Error("The session lasts, and is refused.");
  }

  async function awaitLogin() {
    let count = newsCount;
    let state = await fetchState({ check: true });
    if (state.isOwn) return countRefusal();
    if (state.isOver && state.can_renew && (await renewInFrame())) state = await fetchState({ check: true });
    if (!state.isOwn) show(state);
    while (!state.isOwn) {
      await nextNews(count);
      count = newsCount;
      state = await fetchState({ check: true }).catch(() => state);
      if (dialog.open && !state.isOwn) show(state);
    }
    if (dialog.open) dialog.close();
  }

  // Ends once the same user is logged in again. Fails where the server does not answer.
  function recover() {
    if (isDismissed) dialog.showModal();
    isDismissed = false;
    recovery ??= awaitLogin().finally(() => { [recovery, isDismissed] = [null, false]; }).then(tellRestored);
    return recovery;
  }

  // What polls goes on at once.
  const tellRestored = () => { document.dispatchEvent(new Event("session:restored")); };

  // "Not now" or Escape: the dialog returns with the next thing that needs a login.
  dialog.addEventListener("close", () => { isDismissed = recovery !== null; });

  find("login").addEventListener("click", (event) => {
    const popup = window.open("about:blank", "login", WINDOW_OPTIONS);
    if (!popup) return; // The browser blocks windows: the link opens a tab.
    event.preventDefault();
    popup.opener = null; // The login's pages get no handle of this one.
    popup.location.replace(event.target.href);
  });

  // What was asked for while nobody was logged in

  // Like `fetch`, with the form token that counts now.
  const send = (url, options) => fetch(url, { ...options, headers: { ...csrfHeaders(), "HX-Request": "true" } });
  const isOver = (response) => response.status === SESSION_OVER_STATUS;

  const isPoll = (element) => element.matches('[data-rows-url], [hx-trigger*="every"]');

  async function repeatAfterLogin({ elt, requestConfig }) {
    try {
      await recover();
    } catch {
      document.getElementById("notice").textContent = UNREACHABLE;
      return;
    }
    if (!elt.isConnected || isPoll(elt)) return; // It asks again by itself.
    if (elt.matches("form")) elt.requestSubmit(requestConfig.triggeringEvent?.submitter);
    else elt.click();
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!recovery) return;
    event.preventDefault();
    if (!isPoll(event.detail.elt)) repeatAfterLogin(event.detail);
  });

  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status === SESSION_OVER_STATUS) repeatAfterLogin(detail);
  });

  // A form that opens another page would leave what is written in it behind.
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form.method !== "post" || form.matches("[hx-post], [data-logout], [data-checked]")) return;
    event.preventDefault();
    try {
      if (!(await fetchState({ check: true })).isOwn) await recover();
    } catch {
      // The server's own error says more.
    }
    form.dataset.checked = "";
    form.requestSubmit(submitter);
    delete form.dataset.checked;
  });

  for (const name of ["pointerdown", "pointermove", "keydown", "wheel"]) document.addEventListener(name, () => { usedAt = now(); }, { passive: true });
  // A login has ended, or its window has closed and this one has the focus again.
  function hear() {
    newsCount += 1;
    wake();
  }

  channel.addEventListener("message", ({ data }) => {
    hear();
    if (data === "finished" && !recovery) fetchState().catch(() => {});
  });
  window.addEventListener("focus", hear);
  setInterval(() => tick().catch(() => {}), TICK_SECONDS * 1000);
  return { recover, send, isOver, updateForms };
})();
