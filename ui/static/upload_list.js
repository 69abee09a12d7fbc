// The uploads of this tab stay on the page while the tab is open: it remembers their ids, and the
// server brings their rows. It remembers no name.
"use strict";

(() => {
  const STORAGE_KEY = "uploads";
  const list = document.querySelector("[data-uploads]");
  const maxRows = Number(list.dataset.maxRows);
  let absent = []; // Rows that the server did not bring, for the next time.

  const readIds = () => [...list.querySelectorAll(":scope > [data-entry]")].map((row) => row.id.replace("row-", ""));
  const storeIds = () => sessionStorage.setItem(STORAGE_KEY, JSON.stringify([...readIds(), ...absent]));

  async function fetchRows(ids) {
    const response = await fetch(`${list.dataset.uploadsUrl}?ids=${ids.join(",")}`, { headers: { "HX-Request": "true" } });
    if (pageSession.isOver(response)) {
      await pageSession.recover();
      return fetchRows(ids);
    }
    if (!response.ok) throw new Error(response.status);
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    return [...template.content.querySelectorAll("li")];
  }

  function addRows(rows) {
    const added = rows.filter((row) => !document.getElementById(row.id));
    list.append(...added);
    added.forEach((row) => htmx.process(row));
    document.querySelector("[data-uploads-hint]").hidden = true;
    document.querySelector("[data-uploads-title]").hidden = false;
    document.dispatchEvent(new Event("rows:added"));
  }

  async function restore() {
    const ids = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "[]");
    for (let start = 0; start < ids.length; start += maxRows) {
      const part = ids.slice(start, start + maxRows);
      const rows = await fetchRows(part).catch(() => null);
      if (rows?.length) addRows(rows);
      if (!rows) absent.push(...part);
    }
    new MutationObserver(storeIds).observe(list, { childList: true });
    storeIds();
    if (ids.length) document.dispatchEvent(new Event("uploads:restored"));
  }

  restore();
})();
