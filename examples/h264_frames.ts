// h264Frames(): splits an H.264 stream into frames for camera_h264.ts.

/** The access unit of one frame, in Annex B. */
export interface H264Frame {
  data: Uint8Array;
  /** Whether decoders can start with this frame. */
  isKeyFrame: boolean;
}

/** A slice of a key frame. */
const KEY_SLICE = 5;
/** The types of NAL units that begin with the address of a macroblock: slices, and the first part of a divided one. */
const SLICES: readonly number[] = [1, 2, KEY_SLICE];

/**
 * Splits a stream in Annex B, in which each NAL unit begins with the start code 00 00 01 or 00 00 00 01.
 *
 * Access units have no length, so the end of a frame is known when the next one begins. The last one ends with the
 * stream. Bytes before the first start code are dropped.
 */
export async function* h264Frames(stream: ReadableStream<Uint8Array>): AsyncGenerator<H264Frame> {
  let bytes = new Uint8Array();
  let searchedTo = 0;
  let frame: { start: number; hasSlice: boolean; isKeyFrame: boolean } | undefined;
  for await (const chunk of stream) {
    bytes = concat(bytes, chunk);
    for (let one = bytes.indexOf(1, searchedTo); one !== -1; one = bytes.indexOf(1, searchedTo)) {
      const [header, first] = [bytes[one + 1], bytes[one + 2]];
      // The two bytes after the start code have not arrived yet.
      if (header === undefined || first === undefined) break;
      searchedTo = one + 1;
      if (one < 2 || bytes[one - 1] !== 0 || bytes[one - 2] !== 0) continue;
      const start = bytes[one - 3] === 0 ? one - 3 : one - 2;
      const type = header & 0x1f;
      if (frame?.hasSlice && beginsFrame(type, first)) {
        yield { data: bytes.slice(frame.start, start), isKeyFrame: frame.isKeyFrame };
        frame = undefined;
      }
      frame ??= { start, hasSlice: false, isKeyFrame: false };
      if (SLICES.includes(type)) frame.hasSlice = true;
      if (type === KEY_SLICE) frame.isKeyFrame = true;
    }
    // Only a 1 whose two next bytes are missing is searched again.
    searchedTo = Math.max(searchedTo, bytes.length - 2);
    // Keeps the current frame and the zeros of a start code that is not complete.
    const kept = frame?.start ?? Math.max(0, bytes.length - 5);
    bytes = bytes.subarray(kept);
    searchedTo -= kept;
    if (frame) frame.start = 0;
  }
  if (frame?.hasSlice) yield { data: bytes.slice(frame.start), isKeyFrame: frame.isKeyFrame };
}

/**
 * Whether a NAL unit after a slice belongs to the next frame: parameter sets, delimiters and other information, and the
 * slice with the first macroblock. Its address is the first number of a slice, and 0 is the single bit 1.
 */
function beginsFrame(type: number, firstByte: number): boolean {
  if (SLICES.includes(type)) return (firstByte & 0x80) !== 0;
  return (type >= 6 && type <= 9) || (type >= 14 && type <= 18);
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}
