// Sends files: announces each to the page, posts it to S3 with its progress, then lets the row that
// the server made ask for the answer. A file that failed stays in memory until it is through.
"use strict";

(() => {
  const AT_ONCE = 2;
  const BUSY = [429, 503];
  const form = document.querySelector("[data-upload]");
  const list = document.querySelector("[data-uploads]");
  const drop = form.querySelector("[data-drop]");
  const chooser = form.querySelector("[data-choose]");
  const texts = form.dataset;
  const token = JSON.parse(document.body.getAttribute("hx-headers"));
  const waiting = [];
  let running = 0;

  class Refusal extends Error {
    constructor(headline, more, { retry = false, login = false } = {}) {
      super(headline);
      Object.assign(this, { headline, more, retry, login });
    }
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const fill = (id) => document.querySelector(`template[data-${id}]`).content.cloneNode(true);
  const megabytes = (bytes) => (bytes === 0 || bytes >= 1e5 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(bytes / 1e6, 0.01).toFixed(2)} MB`);

  // Rows

  function add(file) {
    const row = fill("row").firstElementChild;
    row.querySelector("[data-name]").textContent = file.name;
    row.querySelector("[data-size]").textContent = megabytes(file.size);
    list.prepend(row);
    document.querySelector("[data-uploads-empty]").hidden = true;
    document.querySelector("[data-uploads-title]").hidden = false;
    const upload = { file, row, key: crypto.randomUUID(), age: form.elements.age.value };
    if (file.size === 0) return refuse(upload, new Refusal("Not sent", texts.empty));
    if (file.size > Number(texts.maxBytes)) return refuse(upload, new Refusal("Not sent", texts.tooLarge));
    preview(upload);
    enqueue(upload);
  }

  function preview({ file, row }) {
    if (!/^image\/(jpeg|png)$/.test(file.type)) return;
    const picture = new Image();
    picture.alt = "";
    picture.addEventListener("load", () => row.querySelector("[data-preview]")?.replaceChildren(picture));
    picture.src = URL.createObjectURL(file);
  }

  function progress(row, share) {
    row.querySelector("progress").value = share * 100;
    row.querySelector("[data-percent]").textContent = share < 1 ? `${Math.floor(share * 100)} %` : "sent";
  }

  function refuse(upload, { headline, more, retry, login }) {
    const state = upload.row.querySelector("[data-state]");
    state.replaceChildren(fill("refusal"));
    state.querySelector("[data-headline]").textContent = headline;
    state.querySelector("[data-more]").textContent = more;
    document.getElementById("announcer").textContent = `${upload.file.name}: ${headline}. ${more}`;
    const again = state.querySelector("[data-retry]");
    again.hidden = !retry;
    again.addEventListener("click", () => {
      state.replaceChildren(...fill("row").querySelector("[data-state]").childNodes);
      enqueue(upload);
    });
    const link = state.querySelector("[data-login-link]");
    link.hidden = !login;
    link.href = texts.login;
  }

  // The queue

  function enqueue(upload) {
    waiting.push(upload);
    work();
  }

  async function work() {
    if (running >= AT_ONCE || !waiting.length) return;
    running += 1;
    const upload = waiting.shift();
    try {
      await send(upload);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(upload, error);
    } finally {
      running -= 1;
      work();
    }
  }

  async function send(upload) {
    const answered = await announce(upload);
    const { uploadUrl, uploadFields } = answered.dataset;
    if (uploadUrl) await post(upload, uploadUrl, JSON.parse(uploadFields));
    show(upload, answered);
  }

  async function announce({ file, key, age }) {
    const body = new URLSearchParams({ file_name: file.name.slice(-255), bytes: file.size, age, key });
    for (let left = 4; ; left -= 1) {
      const answer = await fetch(texts.announce, { method: "POST", body, headers: { ...token, "HX-Request": "true" } }).catch(() => {
        throw new Refusal("Not sent", "The server does not answer. The file is still here.", { retry: true });
      });
      if (answer.ok) return rowIn(await answer.text());
      if (left && BUSY.includes(answer.status)) {
        await pause(1000 * (Number(answer.headers.get("Retry-After")) || 1));
        continue;
      }
      throw await refusalOf(answer);
    }
  }

  async function refusalOf(answer) {
    if (answer.status === 401) return new Refusal("Not sent", texts.sessionOver, { login: true });
    if (!answer.headers.has("HX-Retarget")) return new Refusal("Not sent", "The server is busy. The file is still here.", { retry: true });
    const said = document.createElement("template");
    said.innerHTML = await answer.text();
    return new Refusal("Not sent", said.content.textContent.trim(), { retry: true });
  }

  function post({ file, row }, url, fields) {
    const body = new FormData();
    Object.entries(fields).forEach(([name, value]) => body.append(name, value));
    body.append("file", file);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const stopped = () => reject(new Refusal("The upload stopped", "The file is still here, and nothing else is lost.", { retry: true }));
      request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(row, event.loaded / event.total));
      request.addEventListener("load", () => (request.status < 300 ? resolve() : stopped()));
      request.addEventListener("error", stopped);
      request.addEventListener("abort", stopped);
      request.open("POST", url);
      request.send(body);
    });
  }

  function rowIn(html) {
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    return parsed.content.querySelector("li");
  }

  // The server's row takes over: it keeps our preview and asks for the answer at once.
  function show({ row }, answered) {
    const ours = row.querySelector("[data-preview] img");
    delete answered.dataset.uploadUrl;
    delete answered.dataset.uploadFields;
    if (ours && !answered.querySelector(".thumb img")) answered.querySelector(".thumb").replaceChildren(ours);
    const known = document.getElementById(answered.id);
    if (known && known !== row) known.remove();
    row.replaceWith(answered);
    htmx.process(answered);
  }

  // Ways in

  async function filesIn(entries) {
    const found = [];
    for (const entry of entries) {
      if (entry.isFile) found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
      if (!entry.isDirectory) continue;
      const reader = entry.createReader();
      // A reader hands out at most 100 names at a time.
      for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length; ) {
        found.push(...(await filesIn(some)));
      }
    }
    return found;
  }

  chooser.addEventListener("change", () => {
    [...chooser.files].forEach(add);
    chooser.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("paste", (event) => [...event.clipboardData.files].forEach(add));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? drop.classList.remove("is-over"));
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.length ? await filesIn(entries) : [...event.dataTransfer.files];
    files.forEach(add);
  });
  window.addEventListener("beforeunload", (event) => (running || waiting.length) && event.preventDefault());

  async function offerSamples() {
    const samples = await (await fetch(texts.samples)).json();
    const place = form.querySelector("[data-samples-list]");
    for (const { name, url } of samples) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: name });
      button.addEventListener("click", async () => {
        const content = await (await fetch(url)).blob();
        add(new File([content], name, { type: content.type }));
      });
      place.append(button);
    }
    place.hidden = !samples.length;
  }

  if (texts.samples) offerSamples();
  form.hidden = false;
})();
