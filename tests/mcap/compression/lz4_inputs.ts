// The data of the LZ4 frames in tests/mcap/vectors/lz4.json, as make_lz4.py makes it.

import vectors from "../vectors/lz4.json" with { type: "json" };

/** A frame that PyPI's lz4 has written, and its data. */
export interface Lz4Vector {
  readonly name: string;
  readonly frame: Uint8Array<ArrayBuffer>;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** All frames. */
export function lz4Vectors(): Lz4Vector[] {
  const inputs = makeInputs();
  return vectors.map(({ input, frame }, index) => ({
    name: `${input} ${index % 8}`,
    frame: Uint8Array.fromBase64(frame),
    data: inputs[input]!,
  }));
}

function makeInputs(): Record<string, Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const pieces = Array.from({ length: 40 }, (_, index) => index + 1);
  return {
    empty: new Uint8Array(),
    short: encoder.encode("MCAP"),
    zeros: new Uint8Array(70_000),
    runs: encoder.encode(pieces.map((size) => run(size).repeat(Math.floor(300 / size) + 2)).join("")),
    noise: Uint8Array.from(values(1500), (value) => (value >> 8) & 0xff),
    text: encoder.encode(values(1000).map(line).join("")).slice(0, 70_000),
  };
}

/** The minimal standard generator of Lehmer. */
function values(count: number): number[] {
  let value = 1;
  return Array.from({ length: count }, () => value = (value * 48_271) % 0x7fff_ffff);
}

function run(size: number): string {
  return String.fromCharCode(...Array.from({ length: size }, (_, index) => 65 + index));
}

function line(value: number): string {
  return `{"value":${
    value % 100
  },"frame_id":"base_link","covariance":[0,0,0,0,0,0,0,0,0],"text":"the same in each line"}\n`;
}
