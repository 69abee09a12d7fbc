// The image viewer: saliency map, zoom, pan, invert, brightness and contrast. It changes only what
// is shown, never a file or an answer.
"use strict";

(() => {
  const STORAGE_KEY = "viewer";
  const MAX_ZOOM = 8;
  const ZOOM_STEP = 1.25;
  const DOUBLE_CLICK_ZOOM = 2.5;
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  // The settings of the saliency map (`map`: is it shown; `opacity`: in per cent) are stored in the
  // browser; zoom, brightness and contrast apply to one image.
  const readSettings = () => JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
  const storeSettings = (changes) => localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...readSettings(), ...changes }));

  function start(viewer) {
    const find = (name) => viewer.querySelector(`[data-${name}]`);
    const [area, layers, image, saliencyMap] = ["image-area", "image-layers", "image", "saliency-map"].map(find);
    const [opacity, brightness, contrast] = ["saliency-opacity", "brightness", "contrast"].map(find);
    const pointers = new Map();
    let zoom = 1, x = 0, y = 0, isInverted = false, pinchDistance = 0;
    let isMapShown = readSettings().map ?? true;

    function draw() {
      const [maxX, maxY] = [area.clientWidth, area.clientHeight].map((size) => (size * (zoom - 1)) / 2);
      x = clamp(x, -maxX, maxX);
      y = clamp(y, -maxY, maxY);
      layers.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
      const filter = `brightness(${brightness.value}%) contrast(${contrast.value}%)`;
      image.style.filter = isInverted ? `invert(1) ${filter}` : filter;
      find("zoom").textContent = `${Math.round(zoom * 100)} %`;
      find("invert").setAttribute("aria-pressed", isInverted);
      area.classList.toggle("is-zoomed", zoom > 1);
      if (!saliencyMap) return;
      saliencyMap.style.opacity = isMapShown ? opacity.value / 100 : 0;
      find("saliency-toggle").setAttribute("aria-pressed", isMapShown);
      opacity.disabled = !isMapShown;
    }

    // Keeps the point under the pointer in its place; without a pointer, the centre.
    function zoomBy(factor, clientX, clientY) {
      const before = zoom;
      zoom = clamp(zoom * factor, 1, MAX_ZOOM);
      const box = area.getBoundingClientRect();
      const centreX = box.left + box.width / 2;
      const centreY = box.top + box.height / 2;
      const offsetX = (clientX ?? centreX) - centreX;
      const offsetY = (clientY ?? centreY) - centreY;
      x = offsetX - ((offsetX - x) * zoom) / before;
      y = offsetY - ((offsetY - y) * zoom) / before;
      draw();
    }

    function reset() {
      [zoom, x, y, isInverted] = [1, 0, 0, false];
      brightness.value = contrast.value = 100;
      draw();
    }

    function toggleSaliencyMap() {
      isMapShown = !isMapShown;
      storeSettings({ map: isMapShown });
      draw();
    }

    // Two pointers zoom, the right mouse button changes contrast and brightness, any other pans.
    function movePointer(event) {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      pointers.set(event.pointerId, event);
      const [first, second] = [...pointers.values()];
      if (second) {
        const distance = Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY);
        if (pinchDistance) zoomBy(distance / pinchDistance, (first.clientX + second.clientX) / 2, (first.clientY + second.clientY) / 2);
        pinchDistance = distance;
      } else if (event.buttons === 2) {
        contrast.value = Number(contrast.value) + (event.clientX - before.clientX) / 2;
        brightness.value = Number(brightness.value) - (event.clientY - before.clientY) / 2;
        draw();
      } else {
        x += event.clientX - before.clientX;
        y += event.clientY - before.clientY;
        draw();
      }
    }

    function releasePointer(event) {
      pointers.delete(event.pointerId);
      pinchDistance = 0;
    }

    area.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, event);
      if (event.pointerType === "mouse") area.setPointerCapture(event.pointerId);
    });
    area.addEventListener("pointermove", movePointer);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) area.addEventListener(name, releasePointer);
    area.addEventListener("contextmenu", (event) => event.preventDefault());
    area.addEventListener("dragstart", (event) => event.preventDefault());
    area.addEventListener("dblclick", (event) => (zoom > 1 ? reset() : zoomBy(DOUBLE_CLICK_ZOOM, event.clientX, event.clientY)));
    area.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoomBy(Math.exp(-clamp(event.deltaY, -100, 100) / 300), event.clientX, event.clientY);
    }, { passive: false });

    find("zoom-in").addEventListener("click", () => zoomBy(ZOOM_STEP));
    find("zoom-out").addEventListener("click", () => zoomBy(1 / ZOOM_STEP));
    find("reset").addEventListener("click", reset);
    find("invert").addEventListener("click", () => { isInverted = !isInverted; draw(); });
    brightness.addEventListener("input", draw);
    contrast.addEventListener("input", draw);
    if (saliencyMap) {
      opacity.value = readSettings().opacity ?? opacity.value;
      opacity.addEventListener("input", () => { storeSettings({ opacity: Number(opacity.value) }); draw(); });
      find("saliency-toggle").addEventListener("click", toggleSaliencyMap);
    }
    new ResizeObserver(draw).observe(area);
    find("toolbar").hidden = false;
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
