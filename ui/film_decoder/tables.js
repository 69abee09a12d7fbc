// Reads the look-up tables of a DICOM file: modality and VOI (PS3.3 C.11.1.1, C.11.2.1.1). Devices
// contradict the standard in their descriptors, so the data decide, as in screening/formats/dicom_luts.py.

// Null where the sequence has no table. `entries` are the values for the inputs from `first` on;
// `white` is the brightest of them.
export function readTables(dataset, tag, lowest, highest) {
  return (dataset.elements[tag]?.items ?? []).map((item) => readTable(item.dataSet, lowest, highest)).filter(Boolean);
}

function readTable(item, lowest, highest) {
  const { x00283002: descriptor, x00283006: data } = item.elements;
  if (!descriptor || !data?.length) return null;
  const [announced, start, bits] = [0, 1, 2].map((index) => item.uint16("x00283002", index));
  const count = announced || 65536;
  const entries = readEntries(item, data, count);
  if (!entries) return null;
  const isSigned = start >= 0x8000 && (lowest < 0 || highest < start);
  return { entries, first: isSigned ? start - 0x10000 : start, white: findWhite(entries, bits), name: item.string("x00283003") };
}

// Words of one entry each, or of two of 8 bits, low byte first.
function readEntries(item, data, count) {
  const words = Uint16Array.from({ length: data.length >> 1 }, (_, index) => item.uint16("x00283006", index));
  if (count > 1 && words.length === (count + 1) >> 1) {
    return Uint16Array.from({ length: count }, (_, index) => (words[index >> 1] >> (8 * (index & 1))) & 0xff);
  }
  return words.length < count ? null : words.slice(0, count);
}

// Devices say 16 bits for tables of 10 to 15, and the film would be almost black.
function findWhite(entries, bits) {
  const highest = entries.reduce((high, entry) => Math.max(high, entry), 0);
  const needed = 32 - Math.clz32(highest);
  return needed < bits ? highest : 2 ** needed - 1;
}
