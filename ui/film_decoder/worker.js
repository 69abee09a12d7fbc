// Fetches the original file of a film and decodes it to levels at full bit depth, in a worker of the
// page of one film. It gets { url, wasmPath } and answers { bytes } while it loads, then { film },
// or { refusal } with an English text and its values.
import { readDicom } from "./dicom.js";
import { Refusal } from "./refusal.js";
import { readPicture } from "./picture.js";

const DICOM_PREFIX = "DICM", DICOM_PREAMBLE = 128;

self.addEventListener("message", async ({ data: { url, wasmPath } }) => {
  try {
    const film = await decode(await load(url), wasmPath);
    self.postMessage({ film }, [film.levels.buffer]);
  } catch (error) {
    const { message: text, values } = error instanceof Refusal ? error : new Refusal("It could not be decoded here.");
    self.postMessage({ refusal: { text, values } });
  }
});

async function load(url) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw new Refusal("The file could not be fetched.");
  const parts = [];
  let bytes = 0;
  try {
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      bytes += value.length;
      self.postMessage({ bytes });
    }
  } catch {
    throw new Refusal("The line was lost while the file was fetched.");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function decode(content, wasmPath) {
  const isPicture = content[0] === 0xff || content[0] === 0x89;
  const prefix = String.fromCharCode(...content.subarray(DICOM_PREAMBLE, DICOM_PREAMBLE + DICOM_PREFIX.length));
  return isPicture && prefix !== DICOM_PREFIX ? readPicture(content) : readDicom(content, wasmPath);
}
