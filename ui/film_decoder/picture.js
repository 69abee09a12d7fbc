// Decodes a JPEG or PNG: by the browser, and PNGs of 16 bits by fast-png, since a browser cuts them to 8.
import { decode } from "fast-png";

import { buildLevels, convertToGrey } from "./levels.js";
import { Refusal } from "./refusal.js";

// The byte of a PNG that holds the bits of a sample (PNG specification, 11.2.1).
const PNG_START = 0x89, DEPTH = 24;

export async function readPicture(content) {
  const isDeep = content[0] === PNG_START && content[DEPTH] === 16;
  const { values, rows, columns, bits } = isDeep ? readDeepPng(content) : await readByBrowser(content);
  const high = 2 ** bits - 1;
  return {
    ...buildLevels(values), rows, columns, bits, slope: 1, intercept: 0, isInverse: false, padding: null, spacing: null,
    presets: [], range: [0, high],
  };
}

function readDeepPng(content) {
  const { data, width, height, channels } = decode(content, { checkCrc: true });
  if (channels === 2 || channels === 4) throw new Refusal("PNGs of 16 bits with transparent pixels are not decoded here.");
  const values = channels === 1 ? data : convertToGrey(data, width * height, { step: channels, plane: 1 });
  return { values, rows: height, columns: width, bits: estimateDepth(values) };
}

// Programs store 10, 12 or 14 bits in 16; scaled from 16, such a film would be almost black.
function estimateDepth(values) {
  let highest = 0;
  for (const value of values) if (value > highest) highest = value;
  return [8, 10, 12, 14, 16].find((bits) => highest < 2 ** bits);
}

// Turned upright as its EXIF tag says; transparent pixels become black.
async function readByBrowser(content) {
  const bitmap = await createImageBitmap(new Blob([content]), { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const values = convertToGrey(data, bitmap.width * bitmap.height, { step: 4, plane: 1 });
  return { values, rows: bitmap.height, columns: bitmap.width, bits: 8 };
}
