// A colleague's review appears on the open page. It is asked for at most once a minute, while the page
// is visible; only the list of reviews changes, never the form beside it.
"use strict";

(() => {
  const INTERVAL_MS = 60 * 1000;
  let askedAt = Date.now();

  const findList = () => document.getElementById("review-list");
  const readReviews = (list) => new Map([...list.querySelectorAll("[data-review]")].map((review) => [review.dataset.review, review.querySelector("strong").textContent]));
  const readKey = (list) => [...readReviews(list).keys(), list.querySelector("[data-differing]")?.textContent].join(" ");

  async function fetchList(url) {
    const response = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html").getElementById("review-list");
  }

  async function update() {
    const list = findList();
    if (!list || document.hidden || Date.now() - askedAt < INTERVAL_MS) return;
    askedAt = Date.now();
    const current = await fetchList(list.dataset.updatesUrl).catch(() => null);
    // Meanwhile another film may be on the page, or a review of one's own.
    if (!current || !list.isConnected || readKey(current) === readKey(list)) return;
    const before = readReviews(list);
    const texts = [...readReviews(current)].filter(([id]) => !before.has(id)).map(([, text]) => text);
    texts.push(current.querySelector("[data-differing]")?.textContent.trim());
    list.replaceWith(current);
    htmx.process(current);
    htmx.trigger(current, "htmx:load");
    document.getElementById("live-region").textContent = [gettext("The reviews have changed."), ...texts.filter(Boolean)].join(" ");
  }

  setInterval(update, INTERVAL_MS / 6);
  document.addEventListener("visibilitychange", update);
})();
