// Random messages, which protobufjs reads as they were written, and the other way round.

import { assert } from "@std/assert/assert";
import { protobuf } from "../../../src/codecs/protobuf/protobuf.ts";
import { sameValue } from "../../protocol/mutation/same_value.ts";
import { Random } from "../../protocol/random.ts";
import { DESCRIPTOR } from "./fixtures/descriptor.ts";
import { completed, createOracle, decodeByOracle, encodeByOracle, randomValue, type Value } from "./oracle.ts";

const SEED = Number(Math.random().toString().slice(2, 11));
const ROUNDS = 300;
const CONTEXT = { timestamp: 0n };
const oracle = createOracle(DESCRIPTOR);

/** The defaults in legacy.proto. */
const LEGACY_DEFAULTS: Value = {
  scale: -1.5,
  limit: Infinity,
  label: 'a "b"\n',
  data: Uint8Array.of(1, 255, 0x78, 10),
  level: 7,
  enabled: true,
  offset: -(2n ** 63n),
  mask: 0xffff_ffff,
};

for (const [name, defaults] of [["test.Everything", {}], ["test.legacy.Legacy", LEGACY_DEFAULTS]] as const) {
  Deno.test(`protobuf() and protobufjs read each other's messages of ${name}`, () => {
    const codec = protobuf<Value>({ descriptor: DESCRIPTOR, type: name });
    const type = oracle.lookupType(name);
    const random = new Random(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const value = randomValue(random, type);
      const expected = completed(type, value, defaults);
      const bytes = new Uint8Array(codec.encode(value, CONTEXT) as Uint8Array);
      assertSame("our decode() of our encode()", codec.decode(bytes), expected);
      assertSame("our decode() of theirs", codec.decode(encodeByOracle(type, value)), expected);
      assertSame("their decode() of ours", completed(type, decodeByOracle(type, bytes), defaults), expected);
      codec.check?.(value);
    }
  });
}

function assertSame(what: string, actual: unknown, expected: unknown): void {
  assert(sameValue(actual, expected), `${what}, seed ${SEED}:\n${Deno.inspect([actual, expected], { depth: 9 })}`);
}
