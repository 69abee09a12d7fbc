// Where a film lies in the image area: zoom, pan, quarter turns and mirroring; and which point of the
// film, in its pixels, is at which point of the area, in CSS pixels from its corner.
"use strict";

const createFilmView = ({ area, layers, columns, rows, onChange, onMove }) => {
  const MAX_ZOOM = 8;
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  let zoom = 1, x = 0, y = 0, turns = 0, isFlipped = false;

  const fit = (width, height) => Math.min(layers.offsetWidth / width, layers.offsetHeight / height);
  const isOnItsSide = () => turns % 2 === 1;
  // CSS pixels of one pixel of the film, where the whole film is in view, and now.
  const fitScale = () => (isOnItsSide() ? fit(rows, columns) : fit(columns, rows));
  const scale = () => fitScale() * zoom;
  const actualZoom = () => 1 / (fitScale() * devicePixelRatio);
  const centre = () => [area.clientWidth / 2 + x, area.clientHeight / 2 + y];

  // Right and down for a step of one pixel to the right and down in the film.
  function axes() {
    const [cos, sin] = [[1, 0], [0, 1], [-1, 0], [0, -1]][turns];
    const mirror = isFlipped ? -1 : 1;
    return { right: [mirror * cos, mirror * sin], down: [-sin, cos] };
  }

  function toArea([column, row]) {
    const { right, down } = axes();
    const [across, along] = [(column - columns / 2) * scale(), (row - rows / 2) * scale()];
    return centre().map((middle, index) => middle + across * right[index] + along * down[index]);
  }

  function toFilm([left, top]) {
    const { right, down } = axes();
    const [middleX, middleY] = centre();
    const offset = [(left - middleX) / scale(), (top - middleY) / scale()];
    const project = (axis) => offset[0] * axis[0] + offset[1] * axis[1];
    return [clamp(columns / 2 + project(right), 0, columns), clamp(rows / 2 + project(down), 0, rows)];
  }

  function toAreaPoint(event) {
    const box = area.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  function draw() {
    const [maxX, maxY] = [area.clientWidth, area.clientHeight].map((size) => Math.max(0, (size * (zoom - 1)) / 2));
    x = clamp(x, -maxX, maxX);
    y = clamp(y, -maxY, maxY);
    const size = zoom * (isOnItsSide() ? fitScale() / fit(columns, rows) : 1);
    const turn = turns ? ` rotate(${90 * turns}deg)` : "";
    layers.style.transform = `translate(${x}px, ${y}px) scale(${size})${turn}${isFlipped ? " scaleX(-1)" : ""}`;
    area.classList.toggle("is-zoomed", zoom > 1);
    onChange();
  }

  // Keeps the point of the area in its place; without one, the centre.
  function zoomTo(target, point = [area.clientWidth / 2, area.clientHeight / 2]) {
    const before = zoom;
    zoom = clamp(target, Math.min(1, actualZoom()), Math.max(MAX_ZOOM, 2 * actualZoom()));
    const offset = [point[0] - area.clientWidth / 2, point[1] - area.clientHeight / 2];
    x = offset[0] - ((offset[0] - x) * zoom) / before;
    y = offset[1] - ((offset[1] - y) * zoom) / before;
    draw();
    onMove();
  }

  // As it is seen, whatever the sizes of film and area: the same for two films side by side.
  const shownSize = () => (isOnItsSide() ? [rows, columns] : [columns, rows]).map((size) => size * scale());
  const getPlace = () => ({ zoom, right: x / shownSize()[0], down: y / shownSize()[1] });

  function setPlace(place) {
    ({ zoom } = place);
    [x, y] = [place.right * shownSize()[0], place.down * shownSize()[1]];
    draw();
  }

  return {
    toArea, toFilm, toAreaPoint, draw,
    isOnItsSide, getPlace, setPlace,
    getZoom: () => zoom,
    zoomBy: (factor, point) => zoomTo(zoom * factor, point),
    showActualPixels: () => zoomTo(actualZoom()),
    pan: (right, down) => { x += right; y += down; draw(); onMove(); },
    turn: () => { turns = (turns + 1) % 4; [x, y] = [0, 0]; draw(); },
    // Left and right as they are seen, also of a film that is turned.
    flip: () => {
      isFlipped = !isFlipped;
      turns = (4 - turns) % 4;
      x = -x;
      draw();
    },
    isFlipped: () => isFlipped,
    reset: () => { [zoom, x, y, turns, isFlipped] = [1, 0, 0, 0, false]; draw(); onMove(); },
  };
};
