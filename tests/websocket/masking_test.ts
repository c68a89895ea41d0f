// unmask(): every length, alignment and phase.

import { assertEquals } from "@std/assert/equals";
import { unmask } from "../../src/websocket/masking.ts";
import { Random } from "../protocol/random.ts";

const MASKS = [[0x37, 0xfa, 0x21, 0x3d], [0xff, 0, 0x80, 1]] as const;
/** Around the length from which words are used. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 95, 96, 97, 98, 99, 100, 101, 300];

for (const mask of MASKS) {
  Deno.test(`unmask() applies the mask ${mask.join(" ")} from any offset and phase, and changes no other bytes`, () => {
    const value = new DataView(Uint8Array.from(mask).buffer).getInt32(0);
    for (const length of LENGTHS) {
      for (let place = 0; place < 64; place++) {
        const [bufferOffset, start, phase] = [place & 3, place >> 2 & 3, place >> 4];
        const original = new Random(length).bytes(bufferOffset + start + length + 5);
        const bytes = new Uint8Array(original.slice().buffer, bufferOffset);
        unmask(bytes, start, start + length, value, phase);
        const expected = original.subarray(bufferOffset).map((byte, index) =>
          index < start || index >= start + length ? byte : byte ^ mask[(phase + index - start) % 4]!
        );
        assertEquals(bytes, expected, `length ${length}, offset ${bufferOffset}, start ${start}, phase ${phase}`);
        unmask(bytes, start, start + length, value >>> 0, phase);
        assertEquals(bytes, original.subarray(bufferOffset));
      }
    }
  });
}
