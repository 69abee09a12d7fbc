// J and K: the next film is fetched while this one is looked at, and shown without a new page. This
// tab's memory holds the page, and the browser's cache its images. Where that fails, the link is
// followed as any other.
"use strict";

(() => {
  // The links to images are valid for 10 minutes or more.
  const MAX_AGE_MS = 10 * 60 * 1000;
  // An older film is shown at once too, and then compared with what the server has.
  const FRESH_MS = 20 * 1000;
  // A larger original would be most of the browser's cache.
  const MAX_ORIGINAL_BYTES = 40e6;
  const main = document.getElementById("main");
  const films = new Map(); // The film at an address, as a promise.
  let direction = "next", isMoving = false, shown = location.pathname + location.search;

  const findLink = (name) => main.querySelector(`.neighbours [data-shortcut="${name}"]`);
  const findRevision = (part) => part.querySelector("#radiograph").dataset.revision;

  // The element itself is kept, decoded, and takes the place of the one in the page that came.
  function preload(place) {
    const image = new Image();
    for (const { name, value } of place.attributes) image.setAttribute(name, value);
    image.loading = "eager";
    image.decode().catch(() => {});
    place.removeAttribute("src");
    return image;
  }

  class SessionOver extends Error {}

  // The server sends only who is not logged in elsewhere.
  async function fetchFilm(address, { isAhead = false } = {}) {
    const response = await fetch(address, { redirect: "manual", headers: isAhead ? { "X-Prefetch": "true" } : {} });
    if (response.type === "opaqueredirect") throw new SessionOver();
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const part = page.getElementById("main");
    if (!response.ok || !part?.querySelector("#radiograph")) throw new Error("This is no film.");
    return { part, title: page.title, images: [...part.querySelectorAll("[data-image-layers] img")].map(preload), at: Date.now(), isAhead };
  }

  function prefetch() {
    const link = findLink(direction);
    for (const address of films.keys()) if (address !== link?.href) films.delete(address);
    if (!link || films.has(link.href)) return;
    const film = fetchFilm(link.href, { isAhead: true });
    films.set(link.href, film);
    film.catch(() => films.delete(link.href));
  }

  // The next film's original waits in the browser's cache. This film's own comes before it.
  async function prefetchOriginal() {
    const film = await films.get(findLink(direction)?.href)?.catch(() => null);
    const { originalUrl, originalBytes } = film?.part.querySelector("[data-original-url]")?.dataset ?? {};
    if (!originalUrl || originalBytes > MAX_ORIGINAL_BYTES || navigator.connection?.saveData) return;
    fetch(originalUrl, { priority: "low" }).then((response) => response.arrayBuffer()).catch(() => {});
  }

  async function takeFilm(address) {
    const film = await films.get(address)?.catch(() => null);
    films.delete(address);
    return film && Date.now() - film.at < MAX_AGE_MS ? film : fetchFilm(address);
  }

  async function show(address, { isBack = false } = {}) {
    if (isMoving) return;
    isMoving = true;
    try {
      const film = await takeFilm(address);
      if (!isBack) history.pushState({ film: true }, "", address);
      shown = location.pathname + location.search;
      document.title = film.title;
      const nodes = document.createDocumentFragment();
      nodes.append(...film.part.childNodes);
      pageSession.updateForms(nodes);
      nodes.querySelectorAll("[data-image-layers] img").forEach((place, index) => place.replaceWith(film.images[index]));
      main.replaceChildren(nodes);
      start(main.querySelector("#radiograph"));
      scrollTo({ top: 0, behavior: "instant" });
      document.dispatchEvent(new Event("film:shown"));
      announce();
      if (Date.now() - film.at > FRESH_MS) refresh(address);
      else if (film.isAhead) recordOpening(address);
      prefetch();
    } catch (error) {
      if (error instanceof SessionOver) showAfterLogin(address, { isBack });
      else leave(address, { isBack });
    } finally {
      isMoving = false;
    }
  }

  function leave(address, { isBack }) {
    if (isBack) location.reload();
    else location.assign(address);
  }

  // This film stays until its user is logged in again.
  function showAfterLogin(address, options) {
    pageSession.recover().then(() => show(address, options), () => leave(address, options));
  }

  function start(element) {
    htmx.process(element);
    htmx.trigger(element, "htmx:load");
  }

  function announce() {
    const texts = [main.querySelector("h1"), main.querySelector(".panel .status strong")].map((element) => element?.textContent.trim());
    const live = document.getElementById("live-region");
    if (!live.textContent) live.textContent = texts.filter(Boolean).join(". ");
  }

  // The server knows that this film was fetched ahead, and not that it is shown now.
  function recordOpening(address) {
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    fetch(`${new URL(address).pathname}/openings`, { method: "POST", headers, keepalive: true }).catch(() => {});
  }

  // A colleague may have reviewed the film since it was fetched. The image stays as it is.
  async function refresh(address) {
    const { part } = await fetchFilm(address).catch(() => ({}));
    const isShown = shown === new URL(address).pathname + new URL(address).search;
    if (!part || !isShown || findRevision(part) === findRevision(main) || main.querySelector(".panel").contains(document.activeElement)) return;
    main.querySelector("#radiograph").dataset.revision = findRevision(part);
    main.querySelector(".panel").replaceWith(part.querySelector(".panel"));
    start(main.querySelector(".panel"));
    document.dispatchEvent(new Event("film:shown"));
  }

  // A review or an age that is being sent is of this film: its error, or "Undo", would be lost on another
  // one. The step waits for its answer; where it was refused, this film stays.
  function stepAfter(form, address) {
    const end = new AbortController();
    const listen = (name, act) => document.addEventListener(name, ({ detail }) => {
      if (detail.requestConfig?.elt === form) act(detail);
    }, { signal: end.signal });
    listen("htmx:afterRequest", ({ successful }) => { if (!successful) end.abort(); });
    listen("htmx:afterSettle", ({ successful }) => {
      end.abort();
      if (successful && !main.querySelector("#asks-for-text")) show(address);
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".neighbours a");
    if (!link || event.defaultPrevented || event.button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    direction = link.dataset.shortcut;
    const form = main.querySelector("form.htmx-request");
    if (form) return stepAfter(form, link.href);
    document.getElementById("live-region").textContent = "";
    show(link.href);
  });
  // A jump within the page comes here too.
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search === shown) return;
    if (location.pathname.includes("/radiographs/")) show(location.href, { isBack: true });
    else location.reload();
  });
  document.addEventListener("film:original", prefetchOriginal);
  // The images of this film come first.
  if (document.readyState === "complete") prefetch();
  else window.addEventListener("load", prefetch);
})();
