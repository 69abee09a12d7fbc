// Levels: a film's values as distances from its lowest one, in 16 bits, with how often each occurs.
// So one table of grey, an entry for each level, shows the film (film_windows.js).
import { Refusal } from "./refusal.js";

const MAX_LEVELS = 65536;

export function buildLevels(values) {
  let lowest = Infinity, highest = -Infinity;
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  if (!(highest - lowest < MAX_LEVELS)) throw new Refusal("Its values need more than 16 bits.");
  const levels = new Uint16Array(values.length);
  const counts = new Uint32Array(highest - lowest + 1);
  for (let index = 0; index < values.length; index++) counts[levels[index] = values[index] - lowest]++;
  return { levels, counts, lowest };
}

// Weighs colours by ITU-R 601, as the reduced picture. `step` is the distance between the samples of
// one colour, `plane` that between the colours.
export function convertToGrey(samples, size, { step, plane }) {
  const grey = new Uint16Array(size);
  for (let index = 0; index < size; index++) {
    const at = index * step;
    grey[index] = Math.round(0.299 * samples[at] + 0.587 * samples[at + plane] + 0.114 * samples[at + 2 * plane]);
  }
  return grey;
}
