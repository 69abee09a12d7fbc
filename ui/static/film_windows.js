// Windows of an original film: from its values to grey, as in screening/formats/dicom_voi.py, so that
// it first looks like the reduced picture. A window has a centre, a width and a shape or a table.
"use strict";

const filmWindows = (() => {
  const MAX_ALTERNATIVES = 8;
  // A window that leaves the film in one half of the greys, or cuts nearly all of it to black and
  // white, was made for other data.
  const MIN_SPAN = 64, MIDDLE_GREY = 128, MIN_SHADED = 0.1;
  // Where outliers, as of defective pixels, take a large part of the range, they are cut.
  const OUTLIERS = 0.005, MIN_CENTRAL_SHARE = 0.5;
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const lookUp = ({ entries, first }, value) => entries[clamp(Math.round(value) - first, 0, entries.length - 1)];

  const SHAPES = {
    LINEAR: (value, { center, width }) => (width > 1 ? (value - (center - 0.5)) / (width - 1) + 0.5 : Number(value > center - 0.5)),
    LINEAR_EXACT: (value, { center, width }) => (value - center) / width + 0.5,
    SIGMOID: (value, { center, width }) => 1 / (1 + Math.exp((-4 * (value - center)) / width)),
    // At its first width and centre, the table itself.
    TABLE: (value, { table, center, width }) => lookUp(table, table.first + ((value - center) / width + 0.5) * table.entries.length) / table.white,
  };

  const isPadding = ({ padding, lowest }, level) => padding && lowest + level >= padding[0] && lowest + level <= padding[1];

  function readValue({ modality, slope, intercept, lowest }, level) {
    const stored = lowest + level;
    return modality ? lookUp(modality, stored) : stored * slope + intercept;
  }

  // The grey of each level before inversion, and how many pixels have each of the 256.
  function mapLevels(film, window) {
    const share = SHAPES[window.shape];
    return Uint8Array.from(film.counts, (_, level) => clamp(share(readValue(film, level), window) * 255 + 0.5, 0, 255));
  }

  function buildGreyTable(film, window) {
    const table = mapLevels(film, window);
    for (let level = 0; level < table.length; level++) {
      if (isPadding(film, level)) table[level] = 0;
      else if (film.isInverse) table[level] = 255 - table[level];
    }
    return table;
  }

  const countExposed = (film) => film.counts.map((count, level) => (isPadding(film, level) ? 0 : count));

  // The lowest entry at or below which so large a share of the counts lies.
  function findPercentile(counts, share) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    let sum = 0;
    for (let index = 0; index < counts.length; index++) {
      sum += counts[index];
      if (counts[index] && sum >= share * total) return index;
    }
    return 0;
  }

  function showsFilm(film, window, exposed) {
    const greys = new Float64Array(256);
    mapLevels(film, window).forEach((grey, level) => { greys[grey] += exposed[level]; });
    const [low, high] = [findPercentile(greys, 0.01), findPercentile(greys, 0.99)];
    const total = greys.reduce((sum, count) => sum + count, 0);
    const shaded = total - greys[0] - greys[255];
    return high - low >= MIN_SPAN && low < MIDDLE_GREY && high >= MIDDLE_GREY && shaded >= MIN_SHADED * total;
  }

  function buildRange(name, [first, last]) {
    const [low, high] = first < last ? [first, last] : [last, first];
    return { name, center: (low + high) / 2, width: Math.max(high - low, 1e-9), shape: "LINEAR_EXACT" };
  }

  function buildPreset({ name, table, center, width, shape }, index, { length }) {
    const title = name?.trim() || (length > 1 ? gettext("From the file, {number}", { number: index + 1 }) : gettext("From the file"));
    if (!table) return { name: title, center, width, shape };
    return { name: title, table, center: table.first + table.entries.length / 2, width: table.entries.length, shape: "TABLE" };
  }

  // All windows of a film, and the place of the one that is shown first.
  function listWindows(film) {
    const exposed = countExposed(film);
    const [lowest, low, high, highest] = [0, OUTLIERS, 1 - OUTLIERS, 1].map((share) => readValue(film, findPercentile(exposed, share)));
    const hasOutliers = Math.abs(high - low) < MIN_CENTRAL_SHARE * Math.abs(highest - lowest);
    const presets = film.presets.map(buildPreset);
    const defaults = [buildRange(gettext("Whole range"), film.range ?? [lowest, highest]), buildRange(gettext("Without outliers"), [low, high])];
    const best = presets.slice(0, MAX_ALTERNATIVES).findIndex((preset) => showsFilm(film, preset, exposed));
    const standard = presets.length + (hasOutliers && !film.range ? 1 : 0);
    return { windows: [...presets, ...defaults], first: best < 0 ? standard : best, span: [lowest, highest].sort((a, b) => a - b) };
  }

  return { buildGreyTable, listWindows };
})();
