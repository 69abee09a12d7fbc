// The image viewer: its tools and the saliency map. It changes only what is shown, never a file or an
// answer. Geometry, the original's pixels and the measures have scripts of their own (film_*.js).
"use strict";

(() => {
  const STORAGE_KEY = "viewer";
  const ZOOM_STEP = 1.25, DOUBLE_CLICK_ZOOM = 2.5, ARROW_STEP = 48, ARROW_SHARE = 0.02;
  const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const liveRegion = document.getElementById("live-region");
  let lastEnd = "";
  const announce = (text) => { liveRegion.textContent = text; };

  // The original comes by itself, perhaps just after the answer to something that the user did.
  function endOriginal(text) {
    const answer = liveRegion.textContent.replace(lastEnd, "").trim();
    announce([answer, text].filter(Boolean).join(" "));
    lastEnd = text;
    document.dispatchEvent(new Event("film:original"));
  }

  // The opacity of the saliency map, in per cent, is stored in the browser; all else is for one film.
  const readSettings = () => JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
  const storeSettings = (changes) => localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...readSettings(), ...changes }));

  function start(viewer) {
    const find = (name) => viewer.querySelector(`[data-${name}]`);
    const [area, layers, image, saliencyMap, overlay] = ["image-area", "image-layers", "image", "saliency-map", "overlay"].map(find);
    const [opacity, brightness, contrast] = ["saliency-opacity", "brightness", "contrast"].map(find);
    const tools = [...viewer.querySelectorAll("[data-tool]")];
    const columns = Number(viewer.dataset.columns) || image.naturalWidth || 1, rows = Number(viewer.dataset.rows) || image.naturalHeight || 1;
    const pointers = new Map();
    let tool = "move", isInverted = false, isMapShown = false, pinchDistance = 0;

    const view = createFilmView({ area, layers, columns, rows, onChange: showView, onMove: tellPlace });
    const original = createFilmOriginal({
      viewer, image,
      onShow: () => { endOriginal(gettext("The original is shown.")); showView(); },
      onRefuse: (reason) => endOriginal(`${gettext("The original is not shown.")} ${reason}`),
    });
    const measures = createFilmMeasures({ overlay, area, view, announce, getSpacing: original.getSpacing });

    // For a film beside this one (linked_viewers.js).
    function tellPlace() {
      viewer.dispatchEvent(new CustomEvent("film:moved", { detail: view.getPlace() }));
    }

    function showView() {
      const inversion = isInverted ? "invert(1) " : "";
      image.style.filter = `${inversion}brightness(${brightness.value}%) contrast(${contrast.value}%)`;
      if (original.isShown()) original.getCanvas().style.filter = inversion;
      find("zoom").textContent = gettext("{number} %", { number: Math.round(view.getZoom() * 100) });
      find("invert").setAttribute("aria-pressed", isInverted);
      find("flip").setAttribute("aria-pressed", view.isFlipped());
      measures.draw();
    }

    // Never before the film.
    function showSaliencyMap() {
      if (image.complete) saliencyMap.loading = "eager"; // Its bytes come after the film's.
      saliencyMap.hidden = !(isMapShown && image.complete);
      saliencyMap.style.opacity = opacity.value / 100;
      find("saliency-note").hidden = saliencyMap.hidden;
      find("saliency-toggle").setAttribute("aria-pressed", isMapShown);
      opacity.disabled = !isMapShown;
    }

    function choose(name) {
      tool = name;
      tools.forEach((button) => button.setAttribute("aria-pressed", button.dataset.tool === name));
      area.classList.toggle("has-tool", name !== "move");
      measures.use(name);
      area.focus({ preventScroll: true });
    }

    function reset() {
      isInverted = false;
      brightness.value = contrast.value = 100;
      original.reset();
      view.reset();
    }

    function changeWindow(right, down) {
      if (original.isShown()) return original.dragWindow(right / area.clientWidth, down / area.clientHeight);
      contrast.value = Number(contrast.value) + right / 2;
      brightness.value = Number(brightness.value) - down / 2;
      showView();
    }

    // Two pointers zoom; one does what the tool is for, and with the right button changes the window.
    function movePointer(event) {
      const before = pointers.get(event.pointerId);
      if (!before) return measures.move(event);
      pointers.set(event.pointerId, event);
      const [first, second] = [...pointers.values()];
      const [right, down] = [event.clientX - before.clientX, event.clientY - before.clientY];
      if (second) {
        const distance = Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY);
        const middle = { clientX: (first.clientX + second.clientX) / 2, clientY: (first.clientY + second.clientY) / 2 };
        if (pinchDistance) view.zoomBy(distance / pinchDistance, view.toAreaPoint(middle));
        pinchDistance = distance;
      } else if (event.buttons === 2 || tool === "window") changeWindow(right, down);
      else if (measures.isMeasuring()) measures.move(event);
      else view.pan(right, down);
    }

    // While the whole film is in view, the arrows scroll the page.
    function pressKey(event) {
      if (event.key === "Escape" && tool !== "move") {
        event.preventDefault();
        choose("move");
      }
      if (event.target !== area) return;
      const direction = ARROWS[event.key];
      if (measures.key(event)) event.preventDefault();
      else if (direction && tool === "window") {
        event.preventDefault();
        changeWindow(-direction[0] * area.clientWidth * ARROW_SHARE, -direction[1] * area.clientHeight * ARROW_SHARE);
      } else if (direction && view.getZoom() > 1) {
        event.preventDefault();
        view.pan(direction[0] * ARROW_STEP, direction[1] * ARROW_STEP);
      }
    }

    function releasePointer(event) {
      if (!pointers.delete(event.pointerId) && !measures.isMeasuring()) return;
      pinchDistance = 0;
      if (event.type === "pointerup") measures.release(event);
    }

    function toggleFullScreen() {
      // With the page around it, J and K go on in full screen.
      if (document.fullscreenElement) document.exitFullscreen();
      else document.getElementById("main").requestFullscreen().catch(() => announce(gettext("The browser refuses full screen.")));
    }

    area.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, event);
      if (event.pointerType === "mouse") area.setPointerCapture(event.pointerId);
      if (pointers.size > 1) measures.cancel();
      else if (event.button === 0) measures.press(event);
    });
    area.addEventListener("keydown", pressKey);
    area.addEventListener("pointermove", movePointer);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) area.addEventListener(name, releasePointer);
    area.addEventListener("contextmenu", (event) => event.preventDefault());
    area.addEventListener("dragstart", (event) => event.preventDefault());
    area.addEventListener("dblclick", (event) => {
      if (measures.isMeasuring()) return;
      if (view.getZoom() > 1) view.reset();
      else view.zoomBy(DOUBLE_CLICK_ZOOM, view.toAreaPoint(event));
    });
    area.addEventListener("wheel", (event) => {
      event.preventDefault();
      view.zoomBy(Math.exp(-clamp(event.deltaY, -100, 100) / 300), view.toAreaPoint(event));
    }, { passive: false });

    const click = (name, act) => find(name).addEventListener("click", act);
    tools.forEach((button) => button.addEventListener("click", () => choose(button.dataset.tool === tool ? "move" : button.dataset.tool)));
    click("zoom-in", () => view.zoomBy(ZOOM_STEP));
    click("zoom-out", () => view.zoomBy(1 / ZOOM_STEP));
    click("actual-pixels", view.showActualPixels);
    click("rotate", view.turn);
    click("flip", view.flip);
    click("invert", () => { isInverted = !isInverted; showView(); });
    click("full-screen", toggleFullScreen);
    click("clear", () => { measures.clear(); announce(gettext("The measures are removed.")); });
    click("reset", () => { reset(); announce(gettext("The image is reset.")); });
    find("full-screen").hidden = !document.fullscreenEnabled;
    brightness.addEventListener("input", showView);
    contrast.addEventListener("input", showView);
    if (saliencyMap) {
      opacity.value = readSettings().opacity ?? opacity.value;
      opacity.addEventListener("input", () => { storeSettings({ opacity: Number(opacity.value) }); showSaliencyMap(); });
      image.addEventListener("load", showSaliencyMap);
      click("saliency-toggle", () => { isMapShown = !isMapShown; showSaliencyMap(); });
      showSaliencyMap();
    }
    viewer.addEventListener("film:place", ({ detail }) => view.setPlace(detail));
    new ResizeObserver(view.draw).observe(area);
    find("toolbar").removeAttribute("data-needs-script");
    original.start();
  }

  // HTMX may bring a viewer with the answer, after the page has loaded.
  function startAll() {
    document.querySelectorAll("[data-image-viewer]:not([data-started])").forEach((viewer) => {
      viewer.dataset.started = "";
      start(viewer);
    });
  }

  startAll();
  document.addEventListener("htmx:load", startAll);
})();
