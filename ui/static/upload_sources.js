// The sources of files: dialog, folder, clipboard, drag and drop, samples. Each gives its files at once
// in the event "upload:files", without those of the operating system.
"use strict";

(() => {
  const SYSTEM_FILES = ["thumbs.db", "desktop.ini", "dicomdir"];
  const MAX_NAMES = 3;
  const form = document.querySelector("[data-upload]");
  const dropZone = form.querySelector("[data-drop-zone]");
  const fileInput = form.querySelector("[data-file-input]");
  const passedOver = document.querySelector("[data-passed-over]");
  const { samplesUrl } = form.dataset;

  const isSystemFile = ({ name }) => name.startsWith(".") || SYSTEM_FILES.includes(name.toLowerCase());
  const byName = (first, second) => first.localeCompare(second, undefined, { numeric: true });

  function give(files) {
    const systemFiles = files.filter(isSystemFile);
    const names = [...new Set(systemFiles.map((file) => file.name))].slice(0, MAX_NAMES).join(", ");
    passedOver.hidden = !systemFiles.length;
    passedOver.textContent = ngettext("Passed over: {number} file of the operating system or an index ({names}).", "Passed over: {number} files of the operating system or an index ({names}).", systemFiles.length, { names: `\u2068${names}\u2069` });
    document.dispatchEvent(new CustomEvent("upload:files", { detail: files.filter((file) => !isSystemFile(file)) }));
  }

  async function readFolder(folder) {
    const reader = folder.createReader();
    const entries = [];
    // A reader returns at most 100 entries at a time.
    for (let batch; (batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length; ) entries.push(...batch);
    return collectFiles(entries.sort((first, second) => byName(first.name, second.name)));
  }

  async function collectFiles(entries) {
    const files = [];
    for (const entry of entries) {
      if (entry.isFile) files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
      if (entry.isDirectory) files.push(...(await readFolder(entry)));
    }
    return files;
  }

  function chooseFolder() {
    const input = Object.assign(document.createElement("input"), { type: "file", webkitdirectory: true });
    const path = (file) => file.webkitRelativePath;
    input.addEventListener("change", () => give([...input.files].sort((first, second) => byName(path(first), path(second)))));
    input.click();
  }

  async function showSamples() {
    const samples = await (await fetch(samplesUrl)).json();
    const container = form.querySelector("[data-samples]");
    for (const { name, url } of samples) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: name });
      button.addEventListener("click", async () => {
        const content = await (await fetch(url)).blob();
        give([new File([content], name, { type: content.type })]);
      });
      container.append(button);
    }
    if (samples.length) container.removeAttribute("data-needs-script");
  }

  fileInput.addEventListener("change", () => {
    give([...fileInput.files]);
    fileInput.value = "";
  });
  form.querySelector("[data-choose-folder]").addEventListener("click", chooseFolder);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("paste", (event) => event.clipboardData.files.length && give([...event.clipboardData.files]));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    dropZone.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? dropZone.classList.remove("is-over"));
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    dropZone.classList.remove("is-over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    give(entries.length ? await collectFiles(entries) : [...event.dataTransfer.files]);
  });
  if (samplesUrl) showSamples();
})();
