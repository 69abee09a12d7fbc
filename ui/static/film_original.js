// The original of a film: decoded in a worker after the page has loaded, and drawn at full bit depth
// in place of the reduced picture. Where it cannot be, the picture stays, and the reason is told.
"use strict";

const createFilmOriginal = ({ viewer, image, onShow, onRefuse }) => {
  const REDUCED = gettext("Not for diagnosis: reduced picture.");
  const MEGABYTE = 1e6, CHANGED = "changed";
  const find = (name) => viewer.querySelector(`[data-${name}]`);
  const [state, loadButton, controls, preset, level, width] =
    ["film-state", "film-load", "window-controls", "window-preset", "window-level", "window-width"].map(find);
  const { originalUrl, originalBytes, decoderUrl } = viewer.dataset;
  let film, canvas, context, pixels, windows, first, span, current, frame;

  function tell(text) {
    state.textContent = text;
  }

  function load() {
    loadButton.hidden = true;
    tell(`${REDUCED} ${gettext("The original is loading.")}`);
    const worker = new Worker(decoderUrl, { type: "module" });
    const end = () => { worker.onmessage = worker.onerror = null; worker.terminate(); };
    worker.onerror = () => { end(); refuse(gettext("The viewer could not be loaded.")); };
    worker.onmessage = ({ data }) => {
      if (!viewer.isConnected) return end();
      if (data.bytes) return tell(`${REDUCED} ${gettext("The original is loading, {share}.", { share: formatShare(data.bytes) })}`);
      end();
      if (data.refusal) refuse(gettext(data.refusal.text, data.refusal.values));
      else show(data.film);
    };
    worker.postMessage({ url: originalUrl, wasmPath: new URL(".", new URL(decoderUrl, location.href)).href });
  }

  function formatShare(bytes) {
    const loaded = formatNumber(bytes / MEGABYTE, 1);
    if (!originalBytes) return gettext("{number} MB", { number: loaded });
    return gettext("{loaded} of {total} MB", { loaded, total: formatNumber(originalBytes / MEGABYTE, 1) });
  }

  function refuse(reason) {
    tell(`${REDUCED} ${gettext("The original is not shown.")} ${reason}`);
    loadButton.textContent = gettext("Try again");
    loadButton.hidden = false;
    onRefuse(reason);
  }

  function show(decoded) {
    film = decoded;
    ({ windows, first, span } = filmWindows.listWindows(film));
    canvas = document.createElement("canvas");
    Object.assign(canvas, { width: film.columns, height: film.rows });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", image.alt);
    canvas.dataset.original = "";
    context = canvas.getContext("2d", { alpha: false });
    pixels = context?.createImageData(film.columns, film.rows);
    current = { ...windows[first] };
    if (pixels) paint();
    // Of a canvas that is too large for the browser, nothing is kept.
    if (!pixels || context.getImageData(0, 0, 1, 1).data[3] !== 255) return refuse(gettext("This browser cannot show so large a picture."));
    image.after(canvas);
    image.classList.add("is-replaced");
    tell(`${gettext("Original, {bits} bits.", { bits: film.bits })} ${describeSpacing(film.spacing)}`);
    viewer.dataset.originalShown = "";
    startControls();
    onShow();
  }

  function describeSpacing(spacing) {
    if (!spacing) return gettext("The file has no spacing: lengths are in pixels.");
    return spacing.isAtDetector ? gettext("Lengths are in mm at the detector.") : gettext("Lengths are in mm.");
  }

  function startControls() {
    const [low, high] = span;
    const step = Math.max((high - low) / 1000, 1e-6);
    Object.assign(level, { min: low, max: high, step });
    Object.assign(width, { min: step, max: Math.max(high - low, step), step });
    preset.replaceChildren(...windows.map(({ name }, index) => new Option(name, index)));
    preset.append(new Option(gettext("Changed"), CHANGED));
    controls.hidden = false;
    find("reduced-controls").hidden = true;
    preset.value = first;
    showValues(); // The window itself is painted.
  }

  function choose(index) {
    if (!windows[index]) return showCurrent();
    current = { ...windows[index] };
    preset.value = index;
    showCurrent();
  }

  function change(changes) {
    Object.assign(current, changes);
    preset.value = CHANGED;
    showCurrent();
  }

  function showValues() {
    [level.value, width.value] = [current.center, current.width];
    find("window-values").textContent = gettext("W {width} L {level}", { width: Math.round(current.width), level: Math.round(current.center) });
  }

  function showCurrent() {
    showValues();
    frame ??= requestAnimationFrame(() => { frame = undefined; paint(); });
  }

  function paint() {
    const colours = Uint32Array.from(filmWindows.buildGreyTable(film, current), (grey) => 0xff000000 + grey * 0x010101);
    const out = new Uint32Array(pixels.data.buffer), { levels } = film;
    for (let index = 0; index < levels.length; index++) out[index] = colours[levels[index]];
    context.putImageData(pixels, 0, 0);
  }

  preset.addEventListener("change", () => choose(preset.value));
  level.addEventListener("input", () => change({ center: Number(level.value) }));
  width.addEventListener("input", () => change({ width: Number(width.value) }));
  loadButton.addEventListener("click", load);

  // After the page has loaded, so that it is usable before; on a line that is paid by volume, on demand.
  function start() {
    if (!originalUrl || !window.Worker) return;
    if (navigator.connection?.saveData) loadButton.hidden = false;
    else if (document.readyState === "complete") whenIdle(load);
    else window.addEventListener("load", () => whenIdle(load), { once: true });
  }

  const whenIdle = (act) => (window.requestIdleCallback ? requestIdleCallback(act) : setTimeout(act));

  return {
    start,
    isShown: () => "originalShown" in viewer.dataset,
    getCanvas: () => canvas,
    getSpacing: () => film?.spacing ?? null,
    reset: () => film && choose(first),
    // A drag across the whole area goes through the whole range of values.
    dragWindow: (right, down) => {
      const range = level.max - level.min;
      change({ width: Math.max(Number(width.min), current.width + right * range), center: current.center + down * range });
    },
  };
};
