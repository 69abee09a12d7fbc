// The picture: map, zoom, move, invert, window. Nothing here changes a file or an answer.
"use strict";

(() => {
  const KEPT = "viewer";
  const LARGEST = 8;
  const STEP = 1.25;
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  // The reader's wish for the map outlives the page; window and zoom belong to one picture.
  const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  const keep = (wish) => localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...wish }));

  function start(viewer) {
    const part = (name) => viewer.querySelector(`[data-${name}]`);
    const [stage, plate, picture, map] = ["stage", "plate", "picture", "map"].map(part);
    const [opacity, brightness, contrast] = ["map-opacity", "brightness", "contrast"].map(part);
    const pointers = new Map();
    let scale = 1, x = 0, y = 0, isInverted = false, pinched = 0;
    let shows = kept().map ?? true;

    function draw() {
      const [limitX, limitY] = [stage.clientWidth, stage.clientHeight].map((side) => (side * (scale - 1)) / 2);
      x = clamp(x, -limitX, limitX);
      y = clamp(y, -limitY, limitY);
      plate.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
      const window_ = `brightness(${brightness.value}%) contrast(${contrast.value}%)`;
      picture.style.filter = isInverted ? `invert(1) ${window_}` : window_;
      part("zoom").textContent = `${Math.round(scale * 100)} %`;
      part("invert").setAttribute("aria-pressed", isInverted);
      stage.classList.toggle("is-zoomed", scale > 1);
      if (!map) return;
      map.style.opacity = shows ? opacity.value / 100 : 0;
      part("map-toggle").setAttribute("aria-pressed", shows);
      opacity.disabled = !shows;
    }

    // Keeps the point under the pointer where it is.
    function zoom(factor, clientX, clientY) {
      const before = scale;
      scale = clamp(scale * factor, 1, LARGEST);
      const box = stage.getBoundingClientRect();
      const atX = (clientX ?? box.left + box.width / 2) - box.left - box.width / 2;
      const atY = (clientY ?? box.top + box.height / 2) - box.top - box.height / 2;
      x = atX - ((atX - x) * scale) / before;
      y = atY - ((atY - y) * scale) / before;
      draw();
    }

    function reset() {
      [scale, x, y, isInverted] = [1, 0, 0, false];
      brightness.value = contrast.value = 100;
      draw();
    }

    function toggleMap() {
      shows = !shows;
      keep({ map: shows });
      draw();
    }

    function move(event) {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      pointers.set(event.pointerId, event);
      const [first, second] = [...pointers.values()];
      if (second) {
        const apart = Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY);
        if (pinched) zoom(apart / pinched, (first.clientX + second.clientX) / 2, (first.clientY + second.clientY) / 2);
        pinched = apart;
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

    function release(event) {
      pointers.delete(event.pointerId);
      pinched = 0;
    }

    stage.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, event);
      if (event.pointerType === "mouse") stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) stage.addEventListener(name, release);
    stage.addEventListener("contextmenu", (event) => event.preventDefault());
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    stage.addEventListener("dblclick", (event) => (scale > 1 ? reset() : zoom(2.5, event.clientX, event.clientY)));
    stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(Math.exp(-clamp(event.deltaY, -100, 100) / 300), event.clientX, event.clientY);
    }, { passive: false });

    part("zoom-in").addEventListener("click", () => zoom(STEP));
    part("zoom-out").addEventListener("click", () => zoom(1 / STEP));
    part("reset").addEventListener("click", reset);
    part("invert").addEventListener("click", () => { isInverted = !isInverted; draw(); });
    brightness.addEventListener("input", draw);
    contrast.addEventListener("input", draw);
    if (map) {
      opacity.value = kept().opacity ?? opacity.value;
      opacity.addEventListener("input", () => { keep({ opacity: Number(opacity.value) }); draw(); });
      part("map-toggle").addEventListener("click", toggleMap);
    }
    new ResizeObserver(draw).observe(stage);
    part("tools").hidden = false;
  }

  function startAll() {
    document.querySelectorAll("[data-viewer]:not([data-started])").forEach((viewer) => {
      viewer.dataset.started = "";
      start(viewer);
    });
  }

  startAll();
  document.addEventListener("htmx:load", startAll);
})();
