// writeFrameHeader(): the bytes of the headers, such as the examples of RFC 6455, section 5.7.

import { assertEquals } from "@std/assert/equals";
import { type FrameHeader, frameHeaderBytes, Opcode, writeFrameHeader } from "../../src/websocket/frame_header.ts";
import { hex } from "../protocol/hex.ts";

const { TEXT, BINARY, PING, PONG, CLOSE } = Opcode;

const HEADERS: readonly (readonly [hex: string, header: FrameHeader])[] = [
  ["8105", { opcode: TEXT, length: 5 }],
  ["8905", { opcode: PING, length: 5 }],
  ["8a05", { opcode: PONG, length: 5 }],
  ["827e0100", { opcode: BINARY, length: 256 }],
  ["827f0000000000010000", { opcode: BINARY, length: 65_536 }],
  // RFC 7692, section 7.2.3.1
  ["c107", { opcode: TEXT, isCompressed: true, length: 7 }],
  ["8100", { opcode: TEXT, isCompressed: false, length: 0 }],
  ["827d", { opcode: BINARY, length: 125 }],
  ["827e007e", { opcode: BINARY, length: 126 }],
  ["827effff", { opcode: BINARY, length: 65_535 }],
  ["827f0000000080000000", { opcode: BINARY, length: 2 ** 31 }],
  ["827f000000ffffffffff", { opcode: BINARY, length: 2 ** 40 - 1 }],
  ["827f001fffffffffffff", { opcode: BINARY, length: Number.MAX_SAFE_INTEGER }],
  ["887d", { opcode: CLOSE, length: 125 }],
];

for (const [expected, header] of HEADERS) {
  Deno.test(`writeFrameHeader() writes ${expected} for opcode ${header.opcode} and ${header.length} bytes`, () => {
    const target = new Uint8Array(20).fill(0xee);
    const end = writeFrameHeader(target, 3, header);
    assertEquals([hex(target.subarray(3, end)), end - 3], [expected, frameHeaderBytes(header.length)]);
    // No other bytes change.
    assertEquals(target.map((byte, index) => index < 3 || index >= end ? byte ^ 0xee : 0), new Uint8Array(20));
  });
}
