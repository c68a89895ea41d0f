// measureEncodedImage(): format and size of a JPEG, PNG, WebP or AVIF, from its header.
//
// A small file can decode to gigabytes, so the panel must know the size before the browser decodes the file.

/** What the header of an encoded image says. */
export interface EncodedImage {
  /** Such as `image/jpeg`. */
  readonly mediaType: string;
  /** Width, in pixels. */
  readonly width: number;
  /** Height, in pixels. */
  readonly height: number;
}

/** The properties of an AVIF image are at its start. */
const MAX_AVIF_HEADER = 65_536;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Reads the header. Returns `undefined` if the bytes are not an image of these formats, or if the header is incomplete.
 */
export function measureEncodedImage(bytes: Uint8Array): EncodedImage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (PNG_SIGNATURE.every((byte, index) => bytes[index] === byte)) {
      return { mediaType: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
    }
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return measureJpeg(view);
    if (nameAt(view, 0) === "RIFF" && nameAt(view, 8) === "WEBP") return measureWebp(view);
    if (nameAt(view, 4) === "ftyp") return measureAvif(view);
  } catch (error) {
    // The bytes end within the header.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

/** Looks for the segment "start of frame", which has the size. */
function measureJpeg(view: DataView): EncodedImage | undefined {
  let offset = 2;
  while (view.getUint8(offset) === 0xff) {
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff) {
      // A padding byte.
      offset += 1;
    } else if (isStartOfFrame(marker)) {
      return { mediaType: "image/jpeg", width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) };
    } else {
      offset += 2 + view.getUint16(offset + 2);
    }
  }
  return undefined;
}

/** The markers C0 to CF, except three that define tables. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** A WebP has one of three kinds of chunks at its start. */
function measureWebp(view: DataView): EncodedImage | undefined {
  const mediaType = "image/webp";
  switch (nameAt(view, 12)) {
    case "VP8 ":
      return {
        mediaType,
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { mediaType, width: (bits & 0x3fff) + 1, height: (bits >>> 14 & 0x3fff) + 1 };
    }
    case "VP8X":
      return { mediaType, width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return undefined;
  }
}

/** An AVIF may have several items, such as a thumbnail or the tiles of a grid. The largest counts. */
function measureAvif(view: DataView): EncodedImage | undefined {
  let width = 0;
  let height = 0;
  const end = Math.min(view.byteLength, MAX_AVIF_HEADER) - 16;
  for (let offset = 0; offset <= end; offset++) {
    if (view.getUint8(offset) !== 0x69 || nameAt(view, offset) !== "ispe") continue;
    width = Math.max(width, view.getUint32(offset + 8));
    height = Math.max(height, view.getUint32(offset + 12));
  }
  return width > 0 && height > 0 ? { mediaType: "image/avif", width, height } : undefined;
}

function nameAt(view: DataView, offset: number): string {
  return offset + 4 > view.byteLength
    ? ""
    : String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | view.getUint8(offset + 2) << 16;
}
