// Measures on a film: length, angle, and the ratio of heart to chest. Points are set by pointer or
// keyboard, and moved afterwards; lengths are in mm where the file has spacing, else in pixels.
"use strict";

const createFilmMeasures = ({ overlay, area, view, getSpacing, announce }) => {
  // How many points each has, and what the next one is.
  const KINDS = {
    length: { name: gettext("Length"), points: [gettext("one end"), gettext("the other end")] },
    angle: { name: gettext("Angle"), points: [gettext("one side"), gettext("the corner"), gettext("the other side")] },
    ratio: {
      name: gettext("Heart-to-chest ratio"),
      points: [
        gettext("the heart's edge on one side"), gettext("the heart's edge on the other side"),
        gettext("the chest's inner edge on one side"), gettext("the chest's inner edge on the other side"),
      ],
    },
  };
  const STEP = 10, FINE_STEP = 1, CLICK_DISTANCE = 6;
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let measures = [], kind = null, open = null, cursor = null, press = null, handle = null;

  const isComplete = (measure) => measure.points.length === KINDS[measure.kind].points.length;

  // From one point to another, in mm or pixels.
  function offset([columnA, rowA], [columnB, rowB]) {
    const { rows, columns } = getSpacing() ?? { rows: 1, columns: 1 };
    return [(columnB - columnA) * columns, (rowB - rowA) * rows];
  }

  function formatLength(size) {
    if (getSpacing()) return gettext("{number} mm", { number: formatNumber(size, 1) });
    return gettext("{number} pixels", { number: formatNumber(size, 0) });
  }

  function findAngle([first, corner, second]) {
    const [a, b] = [offset(corner, first), offset(corner, second)];
    const between = Math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]);
    return (Math.abs(between) * 180) / Math.PI;
  }

  // Across the film as it was seen at the first point, whatever the points' heights: a turn of the film
  // changes no ratio.
  const findWidth = (first, second, isOnItsSide) => Math.abs(offset(first, second)[isOnItsSide ? 1 : 0]);

  function describe({ kind: name, points, isOnItsSide }) {
    if (name === "length") return formatLength(Math.hypot(...offset(...points)));
    if (name === "angle") return `${formatNumber(findAngle(points), 1)}°`;
    const [heart, chest] = [0, 2].map((index) => findWidth(points[index], points[index + 1], isOnItsSide));
    const ratio = chest ? formatNumber(heart / chest, 2) : "–";
    return gettext("{ratio} ({heart} of {chest})", { ratio, heart: formatLength(heart), chest: formatLength(chest) });
  }

  function addNode(parent, name, attributes, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text) node.textContent = text;
    parent.append(node);
    return node;
  }

  const addLine = (parent, [x1, y1], [x2, y2], name = "measure-line") => addNode(parent, "line", { x1, y1, x2, y2, class: name });

  // A ratio has two lines across, each with a thin one down or up to its second point.
  function addLines(group, { kind: name, points, isOnItsSide }) {
    const places = points.map(view.toArea);
    if (name !== "ratio") return places.slice(1).forEach((place, index) => addLine(group, places[index], place));
    for (const index of [0, 2].filter((each) => places[each + 1])) {
      const [first, second] = [points[index], points[index + 1]];
      const corner = view.toArea(isOnItsSide ? [first[0], second[1]] : [second[0], first[1]]);
      addLine(group, places[index], corner);
      addLine(group, corner, places[index + 1], "measure-help");
    }
  }

  function addHandle(group, measure, index) {
    const [cx, cy] = view.toArea(measure.points[index]);
    const place = { name: KINDS[measure.kind].name, number: measures.indexOf(measure) + 1, point: index + 1 };
    const label = gettext("{name} {number}, point {point}: arrows move it, Delete removes the measure", place);
    addNode(group, "circle", { cx, cy, r: 5, class: "measure-point" });
    const target = addNode(group, "circle", { cx, cy, r: 10, class: "measure-handle", tabindex: 0, role: "button", "aria-label": label });
    target.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      area.setPointerCapture(event.pointerId);
      handle = { measure, index };
    });
    target.addEventListener("keydown", (event) => moveByKey(event, measure, index));
  }

  function draw() {
    const preview = open && { ...open, points: cursor ? [...open.points, cursor] : open.points };
    const focused = [...overlay.querySelectorAll(".measure-handle")].indexOf(document.activeElement);
    overlay.replaceChildren();
    for (const measure of preview ? [...measures, preview] : measures) {
      const group = addNode(overlay, "g", {});
      addLines(group, measure);
      if (isComplete(measure)) addLabel(group, measure);
      if (measure !== preview) measure.points.forEach((_, index) => addHandle(group, measure, index));
    }
    if (kind && cursor) addCross(view.toArea(cursor));
    overlay.querySelectorAll(".measure-handle")[focused]?.focus({ preventScroll: true });
  }

  function addLabel(group, measure) {
    const [x, y] = view.toArea(measure.points[measure.kind === "angle" ? 1 : measure.points.length - 1]);
    const isRight = x > area.clientWidth * 0.7;
    addNode(group, "text", { x: x + (isRight ? -12 : 12), y: y - 12, class: "measure-label", "text-anchor": isRight ? "end" : "start" }, describe(measure));
  }

  function addCross([x, y]) {
    addLine(overlay, [x - 12, y], [x + 12, y], "measure-cross");
    addLine(overlay, [x, y - 12], [x, y + 12], "measure-cross");
  }

  function addPoint(point) {
    open ??= { kind, points: [], isOnItsSide: view.isOnItsSide() };
    open.points.push(point);
    const next = KINDS[kind].points[open.points.length];
    if (next) announce(gettext("Next: {point}.", { point: next }));
    else {
      measures.push(open);
      announce(gettext("{name}: {size}.", { name: KINDS[kind].name, size: describe(open) }));
      open = null;
    }
    draw();
  }

  function moveByKey(event, measure, index) {
    if (event.key === "Delete" || event.key === "Backspace") remove(measure);
    else if (ARROWS[event.key]) {
      measure.points[index] = step(measure.points[index], event);
      draw();
      announce(describe(measure));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function step(point, { key, shiftKey }) {
    const size = shiftKey ? FINE_STEP : STEP;
    return view.toFilm(view.toArea(point).map((place, index) => place + ARROWS[key][index] * size));
  }

  function remove(measure) {
    measures = measures.filter((each) => each !== measure);
    announce(gettext("{name} removed.", { name: KINDS[measure.kind].name }));
    area.focus({ preventScroll: true });
    draw();
  }

  const readPoint = (event) => view.toFilm(view.toAreaPoint(event));
  const distance = (event) => Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY);

  return {
    draw,
    // Which measure the next points are for; null ends measuring.
    use: (name) => {
      [kind, open, cursor] = [name in KINDS ? name : null, null, null];
      if (kind) announce(gettext("{name}. First: {point}. Click, or move the cross with arrows and press Enter.", { name: KINDS[kind].name, point: KINDS[kind].points[0] }));
      draw();
    },
    isMeasuring: () => Boolean(kind || handle),
    // One click is one point; a drag sets a point at each end.
    press: (event) => {
      if (handle || !kind) return;
      press = event;
      addPoint(readPoint(event));
    },
    move: (event) => {
      if (handle) handle.measure.points[handle.index] = readPoint(event);
      else if (kind && (press || event.pointerType === "mouse")) cursor = readPoint(event);
      else return;
      draw();
    },
    release: (event) => {
      if (handle) announce(describe(handle.measure));
      else if (press && open && distance(event) > CLICK_DISTANCE) addPoint(readPoint(event));
      [handle, press] = [null, null];
      if (event.pointerType !== "mouse") cursor = null;
      draw();
    },
    // A second finger zooms: the first one set no point.
    cancel: () => {
      if (press) [open, cursor, press] = [null, null, null];
      draw();
    },
    // True where the key was for the cross.
    key: (event) => {
      if (!kind || event.altKey || event.ctrlKey || event.metaKey) return false;
      cursor ??= view.toFilm([area.clientWidth / 2, area.clientHeight / 2]);
      if (ARROWS[event.key]) cursor = step(cursor, event);
      else if (event.key === "Enter" || event.key === " ") addPoint(cursor);
      else return false;
      draw();
      return true;
    },
    clear: () => { [measures, open] = [[], null]; draw(); },
  };
};
