// Rows that wait for an answer, and what is new in a list: one request asks for all, and rows that have
// changed come back. The server holds it for two seconds while a row waits for its answer; without a
// change, and after an error, it is sent less often.
"use strict";

(() => {
  const [SOON_MS, NEXT_MS, RARE_MS, RETRY_MS, HIDDEN_MS, MAX_BACKOFF_MS] = [200, 1000, 5000, 15000, 15000, 60000];
  const [SLOW_MS, ADDITIONS_MS] = [5000, 15000];
  const WAITS = ["screening", "upload", "retry"];
  const since = new Map(); // When each row began to wait, by its id.
  let timer = null, isAsking = false, unchanged = 0, failures = 0, countedAt = Date.now();

  const findList = () => document.querySelector("[data-radiograph-list]");
  const findAdditions = () => document.querySelector("[data-since]");
  const findRows = () => [...document.querySelectorAll("[data-radiograph-list] > [data-waits-for]")];
  const describe = (rows) => rows.map((row) => `${row.id} ${row.dataset.waitsFor}`).join();
  const readId = (row) => row.id.replace("row-", "");

  function schedule(ms) {
    clearTimeout(timer);
    timer = setTimeout(ask, document.hidden ? Math.max(ms, HIDDEN_MS) : ms);
  }

  // Rows over the limit of a request follow once others have their answer.
  function buildAddress(list, rows) {
    const parts = WAITS.map((wait) => [wait, rows.filter((row) => row.dataset.waitsFor === wait).map(readId).join(",")]);
    const query = [...parts.filter(([, ids]) => ids), ["polls", unchanged], ...buildAdditions()].map((part) => part.join("=")).join("&");
    return `${list.dataset.rowsUrl}${list.dataset.rowsUrl.includes("?") ? "&" : "?"}${query}`;
  }

  const isCountDue = () => findAdditions() && Date.now() - countedAt >= ADDITIONS_MS;

  // What the page says already is not said again.
  function buildAdditions() {
    if (!isCountDue()) return [];
    countedAt = Date.now();
    const shown = findAdditions().querySelector("[data-additions]")?.dataset.additions ?? 0;
    return [["since", findAdditions().dataset.since], ["additions", shown]];
  }

  async function ask() {
    timer = null;
    const list = findList() ?? findAdditions();
    const rows = findRows().slice(0, Number(list?.dataset.maxRows));
    if (isAsking) return;
    if (!rows.length && !isCountDue()) return wait();
    const before = describe(rows);
    isAsking = true;
    const isAnswered = await send(list, buildAddress(list, rows));
    isAsking = false;
    failures = isAnswered ? 0 : failures + 1;
    const hasChanged = describe(findRows().slice(0, rows.length)) !== before;
    unchanged = hasChanged ? 0 : unchanged + 1;
    showSlow();
    schedule(failures ? Math.min(NEXT_MS * 2 ** failures, MAX_BACKOFF_MS) : chooseDelay(hasChanged));
  }

  // htmx swaps the rows in, and shows what failed. Its promise ends also where session.js stops the
  // request, which has no event then.
  async function send(list, address) {
    let isAnswered = false;
    const listen = ({ detail }) => { if (detail.pathInfo.requestPath === address) isAnswered = detail.successful; };
    document.addEventListener("htmx:afterRequest", listen);
    await htmx.ajax("GET", address, { source: list, target: list, swap: "none" }).catch(() => {});
    document.removeEventListener("htmx:afterRequest", listen);
    return isAnswered;
  }

  function chooseDelay(hasChanged) {
    const waits = findRows().map((row) => row.dataset.waitsFor);
    if (hasChanged) return SOON_MS;
    if (waits.includes("screening")) return unchanged < Number(findList()?.dataset.maxWaitingPolls) ? NEXT_MS : RARE_MS;
    if (waits.includes("upload")) return RARE_MS;
    return waits.length ? RETRY_MS : ADDITIONS_MS;
  }

  function showSlow() {
    findRows().filter((row) => row.dataset.waitsFor === "screening").forEach((row) => {
      const text = row.querySelector(".status-text");
      if (Date.now() - since.get(row.id) < SLOW_MS || text.querySelector(".status-detail")) return;
      text.append(Object.assign(document.createElement("span"), { className: "status-detail", textContent: findList().dataset.slowText }));
    });
  }

  // Where no row waits, a list is asked for what is new.
  function wait() {
    if (findAdditions() && !timer && !isAsking) schedule(ADDITIONS_MS);
  }

  // A row that is new is asked for soon; the others wait for their time.
  function addRows() {
    const rows = findRows().filter((row) => !since.has(row.id));
    rows.forEach((row) => since.set(row.id, Date.now()));
    if (!rows.length) return wait();
    unchanged = 0;
    if (!isAsking) schedule(0);
  }

  document.addEventListener("rows:added", addRows);
  document.addEventListener("htmx:load", addRows);
  document.addEventListener("session:restored", () => {
    failures = 0;
    if (!isAsking) schedule(0);
  });
  document.addEventListener("visibilitychange", () => document.hidden || isAsking || schedule(0));
  addRows();
})();
