// ProtobufWriter: bytes of values, lengths, growth, and errors.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import { InvalidValue } from "../../../src/codecs/protobuf/faults.ts";
import { ProtobufWriter } from "../../../src/codecs/protobuf/writer.ts";
import { byteSources, SAME_BYTES } from "../../support/byte_sources.ts";
import { TIME_VECTORS, WIRE_VECTORS } from "./wire_vectors.ts";

/** Returns what `write` writes, as hex. */
function written(write: (writer: ProtobufWriter) => void): string {
  const writer = new ProtobufWriter();
  write(writer);
  return writer.finish().toHex();
}

for (const { method, value, hex } of WIRE_VECTORS) {
  Deno.test(`ProtobufWriter.${method}() writes ${hex.slice(0, 30)}`, () => {
    assertEquals(written((writer) => writer[method](value as never)), hex);
    const isSafe = typeof value === "bigint" && BigInt(Number(value)) === value && Number.isSafeInteger(Number(value));
    if (isSafe) assertEquals(written((writer) => writer[method](Number(value) as never)), hex);
  });
}

for (const [ns, timestamp, duration] of TIME_VECTORS) {
  Deno.test(`ProtobufWriter.timestamp() and duration() write ${ns} ns`, () => {
    assertEquals(written((writer) => writer.timestamp(ns)), timestamp);
    assertEquals(written((writer) => writer.duration(ns)), duration);
    assertEquals(written((writer) => writer.timestampFields(ns)), timestamp.slice(2));
    assertEquals(written((writer) => writer.durationFields(ns)), duration.slice(2));
  });
}

Deno.test("ProtobufWriter.timestamp() writes a Date, also before 1970", () => {
  assertEquals(written((writer) => writer.timestamp(new Date(-1))), written((writer) => writer.timestamp(-1_000_000n)));
});

Deno.test("ProtobufWriter.timestamp() and duration() write all seconds that an int64 can have, and no others", () => {
  const last = (2n ** 63n - 1n) * 1_000_000_000n + 999_999_999n;
  const first = -(2n ** 63n) * 1_000_000_000n;
  assertEquals(written((writer) => writer.timestamp(last)), "1008ffffffffffffffff7f10ff93ebdc03");
  assertEquals(written((writer) => writer.duration(first)), "0b0880808080808080808001");
  for (const ns of [last + 1n, first - 1n]) {
    assertThrows(() => written((writer) => writer.timestamp(ns)), InvalidValue, "must be a time whose seconds");
  }
  assertEquals(written((writer) => writer.duration(first - 1n)), "16088080808080808080800110" + "ff".repeat(9) + "01");
  assertThrows(() => written((writer) => writer.duration(first - 1_000_000_000n)), InvalidValue);
});

const REJECTED: readonly (readonly [method: string, ...values: unknown[]])[] = [
  ["uint32", -1, 2 ** 32, 0.5, NaN, "1", 1n, undefined],
  ["int32", 2 ** 31, -(2 ** 31) - 1, 0.5, NaN, "1", 1n],
  ["sint32", 2 ** 31, 0.5, 1n],
  ["fixed32", -1, 2 ** 32, true],
  ["sfixed32", 2 ** 31, null],
  ["uint64", -1n, 2n ** 64n, -1, 2 ** 53, 0.5, NaN, "1"],
  ["int64", 2n ** 63n, -(2n ** 63n) - 1n, 2 ** 53, 0.5, "1"],
  ["sint64", 2n ** 63n, 0.5],
  ["fixed64", -1n, 2n ** 64n],
  ["sfixed64", 2n ** 63n, "1"],
  ["float", "1", 1n, undefined],
  ["double", "1", 1n, null],
  ["bool", 0, "true"],
  ["string", 1, new String("a")],
  ["bytes", [1], "a", {}, Object.create(Uint8Array.prototype), detached()],
  ["timestamp", 1, "2026-01-01", new Date(NaN)],
  ["duration", 1, new Date(0)],
  ["packedDoubles", [1, "2"], ["1"], detached()],
  ["packedFloats", [1n]],
];

for (const [method, ...values] of REJECTED) {
  Deno.test(`ProtobufWriter.${method}() rejects other values`, () => {
    for (const value of values) {
      assertThrows(() => written((writer) => writer[method as "bytes"](value as never)), InvalidValue, "must be ");
    }
  });
}

Deno.test("ProtobufWriter.string() replaces half of a surrogate pair, in short and long texts", () => {
  for (const length of [1, 80]) {
    const hex = written((writer) => writer.string(`${"a".repeat(length)}\ud800b`));
    assertEquals(hex.slice(2), `${"61".repeat(length)}efbfbd62`);
  }
});

Deno.test("ProtobufWriter.bytes() writes every kind of bytes", () => {
  for (const [name, value] of Object.entries(byteSources())) {
    assertEquals(written((writer) => writer.bytes(value)), `18${SAME_BYTES.toHex()}`, name);
  }
});

Deno.test("ProtobufWriter.end() moves the content if its length takes more than one byte", () => {
  for (const [size, length] of [[0, "00"], [127, "7f"], [128, "8001"], [16_384, "808001"], [2_097_152, "80808001"]]) {
    const writer = new ProtobufWriter();
    writer.tag(10);
    const start = writer.begin();
    for (let index = 0; index < Number(size); index++) writer.bool(index % 3 === 0);
    writer.end(start);
    writer.tag(16);
    const message = writer.finish();
    assertEquals([message[0], message.at(-1)], [10, 16]);
    assertEquals(message.subarray(1, -1 - Number(size)).toHex(), length);
    assertEquals(
      message.subarray(-1 - Number(size), -1).every((byte, index) => byte === Number(index % 3 === 0)),
      true,
    );
  }
});

Deno.test("ProtobufWriter.begin() and end() nest", () => {
  const hex = written((writer) => {
    const outer = writer.begin();
    const inner = writer.begin();
    writer.bytes(new Uint8Array(128));
    writer.end(inner);
    writer.bool(true);
    writer.end(outer);
  });
  assertEquals(hex, `8501${"8201"}${"8001"}${"00".repeat(128)}01`);
});

Deno.test("ProtobufWriter.begin() rejects values that contain themselves", () => {
  const writer = new ProtobufWriter();
  assertThrows(
    () => {
      for (;;) writer.begin();
    },
    InvalidValue,
    "more than 100 values inside each other",
  );
  writer.reset();
  writer.begin();
});

Deno.test("ProtobufWriter.packedDoubles() and packedFloats() write arrays and typed arrays alike", () => {
  const numbers = [0, -0, 1.5, Infinity, -2, NaN];
  const doubles = new Uint8Array(Float64Array.from(numbers).buffer).toHex();
  const floats = new Uint8Array(Float32Array.from(numbers).buffer).toHex();
  for (const values of [numbers, Float64Array.from(numbers), Float32Array.from(numbers)]) {
    assertEquals(written((writer) => writer.packedDoubles(values)), `30${doubles}`);
    assertEquals(written((writer) => writer.packedFloats(values)), `18${floats}`);
  }
  const part = new Float64Array([9, ...numbers, 9]).subarray(1, -1);
  assertEquals(written((writer) => writer.packedDoubles(part)), `30${doubles}`);
});

Deno.test("ProtobufWriter.packedDoubles() names the item that it rejects", () => {
  const fault = assertThrows(() => written((writer) => writer.packedDoubles([1, 2, null as never])), InvalidValue);
  assertEquals(fault.describe(), '"[2]" must be a number, not null');
});

Deno.test("ProtobufWriter.finish() returns views of one buffer until a message exceeds 8 MiB", () => {
  const writer = new ProtobufWriter();
  const write = (size: number) => {
    writer.reset();
    writer.bytes(new Uint8Array(size));
    return writer.finish();
  };
  const small = write(100);
  assertStrictEquals(write(10).buffer, small.buffer);
  const grown = write(5_000_000);
  assertStrictEquals(write(1).buffer, grown.buffer);
  assertEquals(grown.buffer.byteLength, 8 * 1024 * 1024);
  const large = write(8 * 1024 * 1024);
  assertEquals(large.length, 8 * 1024 * 1024 + 4);
  assertEquals(write(1).buffer === large.buffer, false);
});

Deno.test("ProtobufWriter.reset() makes the writer usable after its last message was transferred", () => {
  const writer = new ProtobufWriter();
  writer.string("abc");
  const message = writer.finish();
  structuredClone(message, { transfer: [message.buffer] });
  writer.reset();
  writer.string("a");
  assertEquals(writer.finish().toHex(), "0161");
});

Deno.test("ProtobufWriter.taggedDouble() and taggedBegin() write what tag() and the value write", () => {
  const hex = written((writer) => {
    for (let count = 0; count < 40; count++) {
      const start = writer.taggedBegin(0x7a);
      writer.taggedDouble(9, count);
      writer.end(start);
    }
  });
  const expected = written((writer) => {
    for (let count = 0; count < 40; count++) {
      writer.tag(0x7a);
      const start = writer.begin();
      writer.tag(9);
      writer.double(count);
      writer.end(start);
    }
  });
  assertEquals(hex, expected);
  assertThrows(() => written((writer) => writer.taggedDouble(9, "1" as never)), InvalidValue, "must be a number");
  assertThrows(
    () => {
      const writer = new ProtobufWriter();
      for (;;) writer.taggedBegin(10);
    },
    InvalidValue,
    "more than 100 values inside each other",
  );
});

Deno.test("ProtobufWriter.attach() writes into memory of the caller, and into a copy if it is too small", () => {
  for (const [capacity, isKept] of [[300, true], [20, false]] as const) {
    const target = { bytes: new Uint8Array(capacity).fill(7), length: 13 };
    const { bytes } = target;
    const writer = new ProtobufWriter();
    writer.string("an earlier message");
    writer.attach(target.bytes, target.length);
    writer.string("a".repeat(50));
    writer.detach(target);
    assertEquals([target.length, target.bytes === bytes], [64, isKept]);
    assertEquals(target.bytes.subarray(0, 64).toHex(), `${"07".repeat(13)}32${"61".repeat(50)}`);
  }
});

Deno.test("ProtobufWriter.detach() forgets memory of more than 8 MiB", () => {
  const target = { bytes: new Uint8Array(8 * 1024 * 1024 + 1), length: 0 };
  const writer = new ProtobufWriter();
  writer.attach(target.bytes, 0);
  writer.bool(true);
  writer.detach(target);
  writer.reset();
  writer.bool(true);
  assertEquals(writer.finish().buffer === target.bytes.buffer, false);
});

Deno.test("ProtobufWriter.reset() makes the writer usable after an error", () => {
  const writer = new ProtobufWriter();
  assertThrows(() => {
    writer.begin();
    writer.string(5 as never);
  });
  writer.reset();
  writer.string("a");
  assertEquals(writer.finish().toHex(), "0161");
});

function detached(): Float64Array {
  const values = new Float64Array(2);
  structuredClone(values, { transfer: [values.buffer] });
  return values;
}
