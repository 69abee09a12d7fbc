// Uploads files in their order: announces each to the server, sends it to S3 with its progress, then
// shows the server's row; waiting_rows.js asks for its answer. A file that failed stays in memory for another
// try, which comes by itself once the line is back.
"use strict";

(() => {
  const MAX_PARALLEL = 2;
  const MAX_ANNOUNCE_RETRIES = 4;
  const [MIN_PROBE_SECONDS, MAX_PROBE_SECONDS] = [2, 30];
  const BUSY_STATUSES = [429, 503];
  const REFUSED_STATUS = 422; // The same request would be refused again.
  const NOT_STORED = gettext("The file is not stored: keep this page open and try again.");
  const LINE_LOST = gettext("The server does not answer. The file is not stored: keep this page open, and it is sent once the line is back.");
  const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u; // Control characters and lone surrogates, as in contracts/printable.py.
  const form = document.querySelector("[data-upload]");
  const list = document.querySelector("[data-uploads]");
  const settings = form.dataset;
  const queue = [];
  const lost = new Set(); // Uploads that wait for the line.
  let running = 0, probeSeconds = MIN_PROBE_SECONDS, probe = null;

  // An upload that did not succeed, with the texts that the user reads.
  class UploadError extends Error {
    constructor(headline, detail, { canRetry = false, needsLogin = false, needsAge = false, isLineLost = false } = {}) {
      super(headline);
      Object.assign(this, { headline, detail, canRetry, needsLogin, needsAge, isLineLost });
    }
  }

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const cloneTemplate = (name) => document.querySelector(`template[data-${name}]`).content.cloneNode(true);
  const formatMegabytes = (bytes) => gettext("{number} MB", { number: bytes === 0 || bytes >= 1e5 ? formatNumber(bytes / 1e6, 1) : formatNumber(Math.max(bytes / 1e6, 0.01), 2) });

  // A name that is written from right to left does not turn the words beside it.
  const isolate = (text) => `\u2068${text}\u2069`;
  const formatAge = (years) => (years === "" ? "" : ngettext("{number} year", "{number} years", Number(years)));

  // Rows

  // The age is that of the files of one drop: the box is empty for the next one.
  function addFiles(files) {
    const { value, validity } = form.elements.age_years;
    const before = list.firstElementChild; // The files of one drop are above those of the drop before.
    files.forEach((file) => addFile(file, { ageYears: value, hasAge: validity.valid, before }));
    if (files.length > 1) document.getElementById("live-region").textContent = ngettext("{number} file added.", "{number} files added.", files.length);
    form.elements.age_years.value = "";
  }

  function addFile(file, { ageYears, hasAge, before }) {
    const row = cloneTemplate("upload-row").firstElementChild;
    row.querySelector("[data-file-name]").textContent = file.name;
    row.querySelector("[data-file-size]").textContent = [formatMegabytes(file.size), formatAge(ageYears)].filter(Boolean).join(" · ");
    list.insertBefore(row, before);
    document.querySelector("[data-uploads-hint]").hidden = true;
    document.querySelector("[data-uploads-title]").hidden = false;
    const upload = { file, row, idempotencyKey: crypto.randomUUID(), ageYears };
    if (file.size === 0) return showError(upload, new UploadError(gettext("Not sent"), settings.emptyText));
    if (file.size > Number(settings.maxBytes)) return showError(upload, new UploadError(gettext("Not sent"), settings.tooLargeText));
    if (UNPRINTABLE.test(file.name)) return showError(upload, new UploadError(gettext("Not sent"), settings.unprintableText));
    showPreview(upload);
    if (!hasAge) return showError(upload, new UploadError(gettext("Not sent"), settings.ageText, { canRetry: true, needsAge: true }));
    enqueue(upload);
  }

  function showPreview({ file, row }) {
    if (!/^image\/(jpeg|png)$/.test(file.type)) return;
    const image = new Image();
    image.alt = "";
    // Once: the event fires again when the image moves to the server's row.
    image.addEventListener("load", () => row.querySelector("[data-preview]")?.replaceChildren(image), { once: true });
    image.src = URL.createObjectURL(file);
  }

  function showProgress(row, share) {
    row.querySelector("progress").value = share * 100;
    row.querySelector("[data-percent]").textContent = share < 1 ? gettext("{number} %", { number: Math.floor(share * 100) }) : gettext("sent");
  }

  function showError(upload, { headline, detail, canRetry, needsLogin, needsAge }) {
    const state = upload.row.querySelector("[data-state]");
    state.replaceChildren(cloneTemplate("upload-error"));
    state.querySelector("[data-headline]").textContent = headline;
    state.querySelector("[data-detail]").textContent = detail;
    document.getElementById("live-region").textContent = `${isolate(upload.file.name)}: ${headline}. ${detail}`;
    const retryButton = state.querySelector("[data-retry]");
    retryButton.hidden = !canRetry;
    retryButton.addEventListener("click", () => {
      if (needsAge && !form.elements.age_years.reportValidity()) return;
      if (needsAge) upload.ageYears = form.elements.age_years.value;
      enqueue(upload);
    });
    const loginButton = state.querySelector("[data-login]");
    loginButton.hidden = !needsLogin;
    loginButton.addEventListener("click", () => pageSession.recover());
  }

  // Queue

  function showWaiting(upload) {
    const state = upload.row.querySelector("[data-state]");
    if (state.contains(document.activeElement)) upload.row.focus();
    state.replaceChildren(...cloneTemplate("upload-row").querySelector("[data-state]").childNodes);
    state.querySelector("[data-cancel]").addEventListener("click", () => cancel(upload));
  }

  function enqueue(upload) {
    showWaiting(upload);
    upload.isCancelled = false;
    upload.controller = new AbortController();
    lost.delete(upload);
    queue.push(upload);
    processQueue();
  }

  // What has not begun leaves the queue; what is being sent is stopped.
  function cancel(upload) {
    const index = queue.indexOf(upload);
    const hasFocus = upload.row.contains(document.activeElement);
    upload.isCancelled = true;
    if (index >= 0) queue.splice(index, 1);
    upload.controller.abort();
    if (index >= 0) showError(upload, cancellation());
    if (hasFocus) upload.row.focus();
  }

  const cancellation = () => new UploadError(gettext("Not sent"), gettext("You have cancelled it. The file is not stored."), { canRetry: true });

  // The queue rests while the line is away. Then one upload tries it, and the others follow.
  function awaitLine(upload) {
    lost.add(upload);
    if (probe) return;
    probe = setTimeout(tryLine, probeSeconds * 1000);
    probeSeconds = Math.min(probeSeconds * 2, MAX_PROBE_SECONDS);
  }

  function tryLine() {
    const [first] = lost;
    clearTimeout(probe);
    probe = null;
    if (first) enqueue(first);
    processQueue();
  }

  function followLine() {
    probeSeconds = MIN_PROBE_SECONDS;
    [...lost].forEach(enqueue);
  }

  async function processQueue() {
    if (probe || running >= MAX_PARALLEL || !queue.length) return;
    running += 1;
    const upload = queue.shift();
    try {
      await process(upload);
      followLine();
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      showError(upload, upload.isCancelled ? cancellation() : error);
      if (error.isLineLost && !upload.isCancelled) awaitLine(upload);
    } finally {
      running -= 1;
      processQueue();
    }
  }

  async function process(upload) {
    const serverRow = await announce(upload);
    const { uploadUrl, uploadFields } = serverRow.dataset;
    if (upload.isCancelled) throw cancellation();
    if (uploadUrl) await sendToS3(upload, uploadUrl, JSON.parse(uploadFields));
    replaceRow(upload, serverRow);
  }

  // The file stays in memory until its user is logged in again.
  async function awaitLogin(upload) {
    showError(upload, new UploadError(gettext("Not sent yet"), settings.sessionOverText, { needsLogin: true }));
    await pageSession.recover().catch(() => {
      throw new UploadError(gettext("Not sent"), LINE_LOST, { canRetry: true, isLineLost: true });
    });
    showWaiting(upload);
  }

  async function announce(upload) {
    const { file, idempotencyKey, ageYears, controller } = upload;
    const fields = { file_name: [...file.name].slice(-255).join(""), bytes: file.size, age_years: ageYears, idempotency_key: idempotencyKey };
    const options = { method: "POST", body: new URLSearchParams(fields), signal: controller.signal };
    for (let retries = MAX_ANNOUNCE_RETRIES; ; ) {
      const response = await pageSession.send(settings.createUrl, options).catch(() => {
        throw new UploadError(gettext("Not sent"), LINE_LOST, { canRetry: true, isLineLost: true });
      });
      if (response.ok) return parseRow(await response.text());
      if (pageSession.isOver(response)) {
        await awaitLogin(upload);
        continue;
      }
      if (!retries || !BUSY_STATUSES.includes(response.status)) throw await parseError(response);
      retries -= 1;
      await sleep(1000 * (Number(response.headers.get("Retry-After")) || 1));
    }
  }

  async function parseError(response) {
    if (!response.headers.has("HX-Retarget") || response.status >= 500) return new UploadError(gettext("Not sent"), `${gettext("The server cannot take files now.")} ${NOT_STORED}`, { canRetry: true });
    const notice = document.createElement("template");
    notice.innerHTML = await response.text();
    return new UploadError(gettext("Not sent"), notice.content.textContent.trim(), { canRetry: response.status !== REFUSED_STATUS });
  }

  // XMLHttpRequest, because fetch does not report the progress of an upload.
  function sendToS3(upload, url, fields) {
    const { file, row } = upload;
    const body = new FormData();
    Object.entries(fields).forEach(([name, value]) => body.append(name, value));
    body.append("file", file);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const fail = () => reject(new UploadError(gettext("The upload stopped"), NOT_STORED, { canRetry: true }));
      const loseLine = () => reject(new UploadError(gettext("The upload stopped"), LINE_LOST, { canRetry: true, isLineLost: true }));
      upload.controller.signal.addEventListener("abort", () => request.abort());
      request.upload.addEventListener("progress", (event) => event.lengthComputable && showProgress(row, event.loaded / event.total));
      request.addEventListener("load", () => (request.status < 300 ? resolve() : fail()));
      request.addEventListener("error", loseLine);
      request.addEventListener("abort", fail);
      request.open("POST", url);
      request.send(body);
    });
  }

  function parseRow(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.querySelector("li");
  }

  // Puts the server's row in place of ours. It keeps our preview and the focus, and is asked for at once.
  function replaceRow({ row }, serverRow) {
    const preview = row.querySelector("[data-preview] img");
    delete serverRow.dataset.uploadUrl;
    delete serverRow.dataset.uploadFields;
    if (preview && !serverRow.querySelector(".thumbnail img")) serverRow.querySelector(".thumbnail").replaceChildren(preview);
    // The same radiograph may be listed already, after an upload that was retried.
    const duplicate = document.getElementById(serverRow.id);
    if (duplicate && duplicate !== row) duplicate.remove();
    const hasFocus = row.contains(document.activeElement);
    row.replaceWith(serverRow);
    htmx.process(serverRow);
    document.dispatchEvent(new Event("rows:added"));
    if (hasFocus) serverRow.querySelector(".name").focus();
  }

  document.addEventListener("upload:files", ({ detail }) => addFiles(detail));
  // The browser asks before it leaves the page during an upload.
  window.addEventListener("beforeunload", (event) => (running || queue.length || lost.size) && event.preventDefault());
  window.addEventListener("online", tryLine);
  form.removeAttribute("data-needs-script");
})();
