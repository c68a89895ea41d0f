// referenceEvents(): a second implementation of the frame rules, for comparison. It reads all bytes at once.

import type { FrameReaderOptions } from "../../src/websocket/frame_reader_options.ts";
import type { FrameEvent } from "./read_frames.ts";

interface Message {
  isText: boolean;
  isCompressed: boolean;
  bytes: number[];
}

/** Ends the reading with a close code. */
class Failure extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`${code}`);
    this.code = code;
  }
}

/** Returns the events that a `FrameReader` must report. Failures have the reason "". */
export function referenceEvents(bytes: Uint8Array<ArrayBuffer>, options: FrameReaderOptions): FrameEvent[] {
  const events: FrameEvent[] = [];
  try {
    readAll(bytes, options, events);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    events.push({ type: "failed", code: error.code, reason: "" });
  }
  return events;
}

function readAll(bytes: Uint8Array<ArrayBuffer>, options: FrameReaderOptions, events: FrameEvent[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let message: Message | undefined;
  for (let at = 0; at + 2 <= bytes.length;) {
    const bits = bytes[at]!.toString(2).padStart(8, "0");
    const [isFinal, rsv1, rsv2, rsv3] = [...bits].map((bit) => bit === "1");
    const opcode = Number.parseInt(bits.slice(4), 2);
    const [isControl, isStart] = [[8, 9, 10].includes(opcode), [1, 2].includes(opcode)];
    require(isControl || isStart || opcode === 0, 1002);
    require(!rsv2 && !rsv3 && (!rsv1 || (isStart && options.inflate !== undefined)), 1002);
    require(bytes[at + 1]! >= 128, 1002);
    require(isControl ? isFinal === true : isStart === !message, 1002);
    const short = bytes[at + 1]! - 128;
    require(!isControl || short <= 125, 1002);

    const maskAt = at + (short === 126 ? 4 : short === 127 ? 10 : 2);
    if (maskAt > bytes.length) return;
    const length = short === 126 ? BigInt(view.getUint16(at + 2)) : short === 127 ? view.getBigUint64(at + 2) : short;
    require(short < 126 || length >= (short === 126 ? 126 : 65_536), 1002);
    require(length < 2n ** 63n, 1002);
    const total = BigInt(length) + BigInt(message?.bytes.length ?? 0);
    require(isControl || total <= options.maxMessageBytes, 1009);
    if (maskAt + 4 > bytes.length) return;

    const mask = bytes.subarray(maskAt, maskAt + 4);
    const payload = [...bytes.subarray(maskAt + 4, maskAt + 4 + Number(length))].map((byte, i) => byte ^ mask[i % 4]!);
    const isWhole = payload.length === Number(length);
    at = maskAt + 4 + payload.length;
    if (isControl) {
      if (!isWhole) return;
      endControl(opcode, Uint8Array.from(payload), events);
      if (opcode === 8) return;
      continue;
    }
    if (isStart) message = { isText: opcode === 1, isCompressed: rsv1 === true, bytes: [] };
    message!.bytes.push(...payload);
    const isEnd = isWhole && isFinal === true;
    if (isEnd) events.push(endMessage(message!, options));
    else if (message!.isText && !message!.isCompressed) decode(message!.bytes, true);
    if (isEnd) message = undefined;
    if (!isWhole) return;
  }
}

function endControl(opcode: number, payload: Uint8Array<ArrayBuffer>, events: FrameEvent[]): void {
  if (opcode !== 8) {
    events.push({ type: opcode === 9 ? "ping" : "pong", hex: payload.toHex() });
  } else if (payload.length === 0) {
    events.push({ type: "close", code: undefined, reason: "" });
  } else {
    require(payload.length > 1, 1002);
    const code = 256 * payload[0]! + payload[1]!;
    require(code >= 1000 && code < 5000 && ![1004, 1005, 1006].includes(code) && (code < 1015 || code >= 3000), 1002);
    events.push({ type: "close", code, reason: decode([...payload.subarray(2)], false) });
  }
}

function endMessage({ isText, isCompressed, bytes }: Message, options: FrameReaderOptions): FrameEvent {
  let data = Uint8Array.from(bytes);
  if (isCompressed) {
    const result = options.inflate!(data, options.maxMessageBytes);
    if (result.type !== "data") throw new Failure(result.type === "invalid" ? 1007 : 1009);
    data = result.bytes;
  }
  return isText ? { type: "text", text: decode([...data], false) } : { type: "binary", hex: data.toHex() };
}

/** Decodes UTF-8. With `isPart`, a character may be incomplete at the end. */
function decode(bytes: readonly number[], isPart: boolean): string {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(Uint8Array.from(bytes), { stream: isPart });
  } catch {
    throw new Failure(1007);
  }
}

function require(isValid: boolean, code: number): void {
  if (!isValid) throw new Failure(code);
}
