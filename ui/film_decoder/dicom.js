// Decodes a DICOM file: its tags by dicom-parser, its pixels by the decoders of cornerstone3D's DICOM
// image loader, which know the syntaxes that hospitals send.
import { decodeImageFrame } from "@cornerstonejs/dicom-image-loader/decoder";
import dicomParser from "dicom-parser";

import { buildLevels, convertToGrey } from "./levels.js";
import { Refusal } from "./refusal.js";
import { readTables } from "./tables.js";

const ENCAPSULATED = "1.2.840.10008.1.2.4.", RLE = "1.2.840.10008.1.2.5";
const FUNCTIONS = ["LINEAR", "LINEAR_EXACT", "SIGMOID"];
const GREY = ["MONOCHROME1", "MONOCHROME2"];
const WITHOUT_RESCALE = { preScale: { enabled: false } };

export async function readDicom(content, wasmPath) {
  const dataset = parse(content);
  const syntax = dataset.string("x00020010") ?? "";
  const photometric = (dataset.string("x00280004") ?? "").toUpperCase();
  if (photometric === "PALETTE COLOR") throw new Refusal("Colours of a palette are not decoded here.");
  const frame = describeFrame(dataset, photometric);
  const decoded = await decodeFrame(frame, syntax, readFrame(dataset, frame, syntax), wasmPath);
  const size = frame.rows * frame.columns;
  if (decoded.pixelData.length !== size * frame.samplesPerPixel) throw new Refusal("Its pixels contradict its tags.");
  const values = GREY.includes(photometric) ? mask(decoded.pixelData, frame) : readColour(decoded, photometric, size);
  return { ...buildLevels(values), rows: frame.rows, columns: frame.columns, bits: frame.bitsStored, ...readPresentation(dataset, frame, values) };
}

function parse(content) {
  try {
    return dicomParser.parseDicom(content);
  } catch (error) {
    const isDeflated = /inflater/.test(error?.message ?? error?.exception ?? error);
    throw isDeflated ? new Refusal("Its compression (deflate) has no decoder here.") : new Refusal("Its DICOM header could not be read here.");
  }
}

function describeFrame(dataset, photometricInterpretation) {
  const read = (tag) => dataset.uint16(tag);
  return {
    photometricInterpretation,
    rows: read("x00280010"), columns: read("x00280011"), samplesPerPixel: read("x00280002") ?? 1,
    planarConfiguration: read("x00280006"), bitsAllocated: read("x00280100"), bitsStored: read("x00280101"),
    highBit: read("x00280102"), pixelRepresentation: read("x00280103") ?? 0,
  };
}

function readFrame(dataset, { rows, columns, samplesPerPixel, bitsAllocated }, syntax) {
  const element = dataset.elements.x7fe00010;
  if (!element) throw new Refusal("It has no pixels.");
  if (element.encapsulatedPixelData) return dicomParser.readEncapsulatedPixelDataFromFragments(dataset, element, 0, element.fragments.length);
  if (syntax.startsWith(ENCAPSULATED) || syntax === RLE) throw new Refusal("Its pixels contradict its tags.");
  // A copy begins at an even place, as the decoders need it.
  return dataset.byteArray.slice(element.dataOffset, element.dataOffset + (rows * columns * samplesPerPixel * bitsAllocated) / 8);
}

async function decodeFrame(frame, syntax, bytes, wasmPath) {
  try {
    return await decodeImageFrame({ ...frame }, syntax, bytes, { wasmBasePath: wasmPath }, WITHOUT_RESCALE);
  } catch (error) {
    if (/no decoder/.test(error?.message)) throw new Refusal("Its compression ({syntax}) has no decoder here.", { syntax });
    throw new Refusal("Its pixels ({syntax}) could not be decoded here.", { syntax });
  }
}

// Bits above the stored ones belong to something else, such as an overlay.
function mask(values, { bitsStored, bitsAllocated, highBit, pixelRepresentation }) {
  if (pixelRepresentation === 1 || bitsStored >= bitsAllocated) return values;
  const stored = 2 ** bitsStored - 1;
  if (!values.some((value) => value > stored)) return values;
  const shift = highBit >= bitsStored && highBit < bitsAllocated ? highBit + 1 - bitsStored : 0;
  return Uint16Array.from(values, (value) => (value >> shift) & stored);
}

// Of YCbCr that no decoder has converted, the first sample is the grey.
function readColour({ pixelData, planarConfiguration, photometricInterpretation }, photometric, size) {
  const order = planarConfiguration === 1 ? { step: 1, plane: size } : { step: 3, plane: 1 };
  const isConverted = photometric === "RGB" || photometricInterpretation === "RGB";
  return isConverted ? convertToGrey(pixelData, size, order) : Uint16Array.from({ length: size }, (_, index) => pixelData[index * order.step]);
}

// What the file says of its display: rescale, windows, curves, padding and spacing.
function readPresentation(dataset, { bitsStored, pixelRepresentation }, values) {
  const { low, high } = findRange(values);
  const [modality] = readTables(dataset, "x00283000", low, high);
  const slope = dataset.floatString("x00281053") || 1, intercept = dataset.floatString("x00281052") || 0;
  const isPlain = !modality && slope === 1 && intercept === 0 && bitsStored === 8 && pixelRepresentation === 0;
  const inputs = modality ? [0, 65535] : [low * slope + intercept, high * slope + intercept];
  const shape = (dataset.string("x20500020") ?? "").toUpperCase(), photometric = (dataset.string("x00280004") ?? "").toUpperCase();
  return {
    modality, slope, intercept, range: isPlain ? [0, 255] : null,
    isInverse: shape === "INVERSE" || photometric === "MONOCHROME1",
    padding: readPadding(dataset, pixelRepresentation),
    spacing: readSpacing(dataset),
    presets: [...readTables(dataset, "x00283010", ...inputs).map((table) => ({ name: table.name, table })), ...readWindows(dataset)],
  };
}

function findRange(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

function readWindows(dataset) {
  const count = Math.max(dataset.numStringValues("x00281050") ?? 0, dataset.numStringValues("x00281051") ?? 0);
  const text = (dataset.string("x00281056") ?? "LINEAR").toUpperCase();
  const shape = FUNCTIONS.includes(text) ? text : "LINEAR";
  return Array.from({ length: count }, (_, index) => ({
    name: dataset.string("x00281055", index),
    center: dataset.floatString("x00281050", index), width: dataset.floatString("x00281051", index), shape,
  })).filter(({ center, width }) => Number.isFinite(center) && width >= (shape === "LINEAR" ? 1 : 1e-9));
}

// Stored values outside the detector; the tag may have the other sign.
function readPadding(dataset, pixelRepresentation) {
  const read = (tag) => (pixelRepresentation === 1 ? dataset.int16(tag) : dataset.uint16(tag));
  const first = read("x00280120"), last = read("x00280121") ?? first;
  return first === undefined ? null : [Math.min(first, last), Math.max(first, last)];
}

// In mm between rows and between columns. Without a calibration it is measured at the detector,
// where the body appears larger (PS3.3 10.7.1.3).
function readSpacing(dataset) {
  const read = (tag) => [0, 1].map((index) => dataset.floatString(tag, index));
  const isGiven = ([rows, columns]) => rows > 0 && columns > 0;
  const [body, detector] = [read("x00280030"), read("x00181164")];
  const isAtDetector = !isGiven(body) || (isGiven(detector) && body.every((value, index) => value === detector[index]));
  const spacing = isGiven(body) ? body : detector;
  return isGiven(spacing) ? { rows: spacing[0], columns: spacing[1], isAtDetector: isAtDetector && isGiven(detector) } : null;
}
