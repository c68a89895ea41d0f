// Random messages, which protobufjs and protobuf() read and write like the schemas do, by their descriptors alone.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { protobuf } from "../../src/codecs/protobuf/protobuf.ts";
import { SceneUpdate } from "../../src/schemas/mod.ts";
import {
  completed as completedByOracle,
  createOracle,
  decodeByOracle,
  encodeByOracle,
} from "../codecs/protobuf/oracle.ts";
import { sameValue } from "../protocol/mutation/same_value.ts";
import { Random } from "../protocol/random.ts";
import { completed, NAMES, randomMessage, schemaOf, type Value } from "./random_messages.ts";

const SEED = Number(Math.random().toString().slice(2, 11));
const ROUNDS = 40;
const TIME = 1_700_000_000_123_456_789n;
const CONTEXT = { timestamp: TIME };

for (const name of NAMES) {
  Deno.test(`${name} is read and written like protobufjs and protobuf() do`, () => {
    const schema = schemaOf(name);
    const descriptor = schema.schema as Uint8Array;
    const type = createOracle(descriptor).lookupType(schema.schemaName);
    const table = protobuf<Value>({ descriptor, type: schema.schemaName });
    const random = new Random(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const value = randomMessage(random, name, "protobuf");
      const expected = completed(name, value, TIME, "protobuf");
      const payload = new Uint8Array(schema.encode(value, CONTEXT) as Uint8Array);
      assertSame("our decode() of our encode()", schema.decode(payload), expected);
      assertSame("our decode() of theirs", schema.decode(encodeByOracle(type, expected)), expected);
      const theirs = withoutEmptyOptional(completedByOracle(type, decodeByOracle(type, payload)), expected);
      assertSame("their decode() of ours", theirs, expected);
      // The bytes also show that zeros are left out, and that -0 is not one of them.
      assertEquals(payload, new Uint8Array(table.encode(expected, CONTEXT) as Uint8Array), `seed ${SEED}`);
      schema.check(value);
      assertSame("our decode() of our JSON", ...jsonRoundTrip(name, random));
    }
  });
}

for (const name of NAMES) {
  Deno.test(`${name} reports malformed payloads and unknown members like protobuf() does`, () => {
    const schema = schemaOf(name);
    const table = protobuf<Value>({ descriptor: schema.schema as Uint8Array, type: schema.schemaName });
    const random = new Random(SEED);
    let faults = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const value = randomMessage(random, name, "protobuf");
      const payload = new Uint8Array(schema.encode(value, CONTEXT) as Uint8Array);
      const cut = payload.subarray(0, random.below(payload.length + 1));
      for (let flips = 0; flips < 2 && cut.length > 0; flips++) cut[random.below(cut.length)]! ^= 1 << flips;
      const fault = textOfFault(() => table.decode(cut));
      assertEquals(textOfFault(() => schema.decode(cut)), fault, `seed ${SEED}`);
      if (fault !== undefined) faults += 1;
      const misspelled = withUnknownMember(random, value);
      const mistake = textOfFault(() => table.check?.(misspelled));
      assertEquals([textOfFault(() => schema.check(misspelled)), mistake !== undefined], [mistake, true]);
    }
    assertEquals(faults > 0, true);
  });
}

Deno.test("a blue box, with few members, has all that apps need for protobufjs", () => {
  const payload = SceneUpdate.encode({
    entities: [{
      id: "box",
      frame_id: "map",
      cubes: [{ size: { x: 1, y: 1, z: 1 }, color: { r: 0.2, g: 0.6, b: 1 } }],
    }],
  }, CONTEXT) as Uint8Array;
  const type = createOracle(SceneUpdate.schema as Uint8Array).lookupType("foxglove.SceneUpdate");
  const [entity] = decodeByOracle(type, new Uint8Array(payload)).entities as Value[];
  assertEquals([entity?.id, entity?.frame_id, entity?.timestamp, entity?.lifetime], ["box", "map", TIME, 0n]);
  assertEquals(entity?.cubes, [{
    pose: { position: {}, orientation: { w: 1 } },
    size: { x: 1, y: 1, z: 1 },
    color: { r: 0.2, g: 0.6, b: 1, a: 1 },
  }]);
});

function textOfFault(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Returns the message with a member that no type has, at a random depth. */
function withUnknownMember(random: Random, value: Value): Value {
  const isMessage = (member: unknown): member is Value =>
    Object.prototype.toString.call(member) === "[object Object]" && Object.keys(member as Value).length > 0;
  const inner = Object.entries(value).flatMap(([name, member]) =>
    isMessage(member) || Array.isArray(member) && isMessage(member.at(-1)) ? [[name, member] as const] : []
  );
  const place = random.below(inner.length + 1);
  if (place === inner.length) return { ...value, frameId: 1 };
  const [name, member] = inner[place]!;
  if (!Array.isArray(member)) return { ...value, [name]: withUnknownMember(random, member as Value) };
  return { ...value, [name]: [...member.slice(0, -1), withUnknownMember(random, member.at(-1))] };
}

function jsonRoundTrip(name: string, random: Random): [Value, Value] {
  const { json } = schemaOf(name);
  const value = randomMessage(random, name, "json");
  const text = json.encode(value, CONTEXT) as string;
  return [json.decode(new TextEncoder().encode(text)), completed(name, value, TIME, "json")];
}

/** Removes the empty lists that `expected` does not have: protobufjs does not know that a list is optional. */
function withoutEmptyOptional(value: Value, expected: Value): Value {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => name in expected).map(([name, member]) => {
      const other = expected[name];
      if (Array.isArray(member)) {
        return [name, member.map((item, index) => clean(item, (other as unknown[])[index]))];
      }
      return [name, clean(member, other)];
    }),
  );
}

function clean(value: unknown, expected: unknown): unknown {
  const isMessage = typeof value === "object" && value !== null && !(value instanceof Uint8Array);
  return isMessage ? withoutEmptyOptional(value as Value, expected as Value) : value;
}

function assertSame(what: string, actual: unknown, expected: unknown): void {
  assert(
    sameValue(actual, expected),
    `${what} gives\n${Deno.inspect(actual, { depth: 9 })}\nand not\n${
      Deno.inspect(expected, { depth: 9 })
    }\nseed ${SEED}`,
  );
}
