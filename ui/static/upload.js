// Uploads files: announces each to the server, sends it to S3 with its progress, then shows the
// server's row, which polls for the answer. A file that failed stays in memory for another try.
"use strict";

(() => {
  const MAX_PARALLEL = 2;
  const MAX_ANNOUNCE_RETRIES = 4;
  const BUSY_STATUSES = [429, 503];
  const form = document.querySelector("[data-upload]");
  const list = document.querySelector("[data-uploads]");
  const dropZone = form.querySelector("[data-drop-zone]");
  const fileInput = form.querySelector("[data-file-input]");
  const settings = form.dataset;
  const csrfHeaders = JSON.parse(document.body.getAttribute("hx-headers"));
  const queue = [];
  let running = 0;

  // An upload that did not succeed, with the texts that the user reads.
  class UploadError extends Error {
    constructor(headline, detail, { canRetry = false, needsLogin = false } = {}) {
      super(headline);
      Object.assign(this, { headline, detail, canRetry, needsLogin });
    }
  }

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const cloneTemplate = (name) => document.querySelector(`template[data-${name}]`).content.cloneNode(true);
  const formatMegabytes = (bytes) => (bytes === 0 || bytes >= 1e5 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(bytes / 1e6, 0.01).toFixed(2)} MB`);

  // Rows

  function addFile(file) {
    const row = cloneTemplate("upload-row").firstElementChild;
    row.querySelector("[data-file-name]").textContent = file.name;
    row.querySelector("[data-file-size]").textContent = formatMegabytes(file.size);
    list.prepend(row);
    document.querySelector("[data-uploads-hint]").hidden = true;
    document.querySelector("[data-uploads-title]").hidden = false;
    const upload = { file, row, idempotencyKey: crypto.randomUUID(), ageYears: form.elements.age_years.value };
    if (file.size === 0) return showError(upload, new UploadError("Not sent", settings.emptyText));
    if (file.size > Number(settings.maxBytes)) return showError(upload, new UploadError("Not sent", settings.tooLargeText));
    showPreview(upload);
    enqueue(upload);
  }

  function showPreview({ file, row }) {
    if (!/^image\/(jpeg|png)$/.test(file.type)) return;
    const image = new Image();
    image.alt = "";
    image.addEventListener("load", () => row.querySelector("[data-preview]")?.replaceChildren(image));
    image.src = URL.createObjectURL(file);
  }

  function showProgress(row, share) {
    row.querySelector("progress").value = share * 100;
    row.querySelector("[data-percent]").textContent = share < 1 ? `${Math.floor(share * 100)} %` : "sent";
  }

  function showError(upload, { headline, detail, canRetry, needsLogin }) {
    const state = upload.row.querySelector("[data-state]");
    state.replaceChildren(cloneTemplate("upload-error"));
    state.querySelector("[data-headline]").textContent = headline;
    state.querySelector("[data-detail]").textContent = detail;
    document.getElementById("live-region").textContent = `${upload.file.name}: ${headline}. ${detail}`;
    const retryButton = state.querySelector("[data-retry]");
    retryButton.hidden = !canRetry;
    retryButton.addEventListener("click", () => {
      state.replaceChildren(...cloneTemplate("upload-row").querySelector("[data-state]").childNodes);
      enqueue(upload);
    });
    const loginLink = state.querySelector("[data-login-link]");
    loginLink.hidden = !needsLogin;
    loginLink.href = settings.loginUrl;
  }

  // Queue

  function enqueue(upload) {
    queue.push(upload);
    processQueue();
  }

  async function processQueue() {
    if (running >= MAX_PARALLEL || !queue.length) return;
    running += 1;
    const upload = queue.shift();
    try {
      await process(upload);
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      showError(upload, error);
    } finally {
      running -= 1;
      processQueue();
    }
  }

  async function process(upload) {
    const serverRow = await announce(upload);
    const { uploadUrl, uploadFields } = serverRow.dataset;
    if (uploadUrl) await sendToS3(upload, uploadUrl, JSON.parse(uploadFields));
    replaceRow(upload, serverRow);
  }

  async function announce({ file, idempotencyKey, ageYears }) {
    const fields = { file_name: file.name.slice(-255), bytes: file.size, age_years: ageYears, idempotency_key: idempotencyKey };
    const options = { method: "POST", body: new URLSearchParams(fields), headers: { ...csrfHeaders, "HX-Request": "true" } };
    for (let retries = MAX_ANNOUNCE_RETRIES; ; retries -= 1) {
      const response = await fetch(settings.createUrl, options).catch(() => {
        throw new UploadError("Not sent", "The server does not answer. The file is still here.", { canRetry: true });
      });
      if (response.ok) return parseRow(await response.text());
      if (!retries || !BUSY_STATUSES.includes(response.status)) throw await parseError(response);
      await sleep(1000 * (Number(response.headers.get("Retry-After")) || 1));
    }
  }

  async function parseError(response) {
    if (response.status === 401) return new UploadError("Not sent", settings.sessionOverText, { needsLogin: true });
    if (!response.headers.has("HX-Retarget")) return new UploadError("Not sent", "The server is busy. The file is still here.", { canRetry: true });
    const notice = document.createElement("template");
    notice.innerHTML = await response.text();
    return new UploadError("Not sent", notice.content.textContent.trim(), { canRetry: true });
  }

  // XMLHttpRequest, because fetch does not report the progress of an upload.
  function sendToS3({ file, row }, url, fields) {
    const body = new FormData();
    Object.entries(fields).forEach(([name, value]) => body.append(name, value));
    body.append("file", file);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const fail = () => reject(new UploadError("The upload stopped", "The file is still here, and nothing else is lost.", { canRetry: true }));
      request.upload.addEventListener("progress", (event) => event.lengthComputable && showProgress(row, event.loaded / event.total));
      request.addEventListener("load", () => (request.status < 300 ? resolve() : fail()));
      request.addEventListener("error", fail);
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

  // Puts the server's row in place of ours. It keeps our preview and polls at once.
  function replaceRow({ row }, serverRow) {
    const preview = row.querySelector("[data-preview] img");
    delete serverRow.dataset.uploadUrl;
    delete serverRow.dataset.uploadFields;
    if (preview && !serverRow.querySelector(".thumbnail img")) serverRow.querySelector(".thumbnail").replaceChildren(preview);
    // The same radiograph may be listed already, after an upload that was retried.
    const duplicate = document.getElementById(serverRow.id);
    if (duplicate && duplicate !== row) duplicate.remove();
    row.replaceWith(serverRow);
    htmx.process(serverRow);
  }

  // Sources of files: file dialog, clipboard, drag and drop, samples

  async function collectFiles(entries) {
    const files = [];
    for (const entry of entries) {
      if (entry.isFile) files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
      if (!entry.isDirectory) continue;
      const reader = entry.createReader();
      // A reader returns at most 100 entries at a time.
      for (let batch; (batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length; ) {
        files.push(...(await collectFiles(batch)));
      }
    }
    return files;
  }

  fileInput.addEventListener("change", () => {
    [...fileInput.files].forEach(addFile);
    fileInput.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("paste", (event) => [...event.clipboardData.files].forEach(addFile));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    dropZone.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? dropZone.classList.remove("is-over"));
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    dropZone.classList.remove("is-over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.length ? await collectFiles(entries) : [...event.dataTransfer.files];
    files.forEach(addFile);
  });
  // The browser asks before it leaves the page during an upload.
  window.addEventListener("beforeunload", (event) => (running || queue.length) && event.preventDefault());

  async function showSamples() {
    const samples = await (await fetch(settings.samplesUrl)).json();
    const container = form.querySelector("[data-samples]");
    for (const { name, url } of samples) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: name });
      button.addEventListener("click", async () => {
        const content = await (await fetch(url)).blob();
        addFile(new File([content], name, { type: content.type }));
      });
      container.append(button);
    }
    container.hidden = !samples.length;
  }

  if (settings.samplesUrl) showSamples();
  form.hidden = false;
})();
