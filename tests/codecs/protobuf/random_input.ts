// randomInput(): makes payloads, JSON texts and descriptors with typical errors.

import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { mutateFrame } from "../../protocol/mutation/mutate_frame.ts";
import { mutateText } from "../../protocol/mutation/mutate_text.ts";
import { type SeedText, withTokens } from "../../protocol/mutation/seeds.ts";
import type { Random } from "../../protocol/random.ts";
import type { ProtobufInput } from "./check_input.ts";
import { DESCRIPTOR } from "./fixtures/descriptor.ts";
import { createOracle, encodeByOracle, randomValue } from "./oracle.ts";

/** Valid inputs, from which others are made. */
export interface ProtobufSeeds {
  payloads: readonly Uint8Array[];
  texts: readonly SeedText[];
}

const oracle = createOracle(DESCRIPTOR);
const TYPES = ["test.Everything", "test.legacy.Legacy"].map((name) => oracle.lookupType(name));
const TIME_NAMES = new Set(["timestamp", "duration", "timestamps", "durations", "by_fixed32", "by_fixed64", "wait"]);
const SEEDS_OF_TYPE = 20;

/** Makes random valid payloads and texts. */
export function makeProtobufSeeds(random: Random): ProtobufSeeds {
  const values = TYPES.flatMap((type) =>
    Array.from({ length: SEEDS_OF_TYPE }, () => ({ type, value: randomValue(random, type) }))
  );
  return {
    payloads: values.map(({ type, value }) => encodeByOracle(type, value)),
    texts: values.slice(0, SEEDS_OF_TYPE).map(({ value }) => withTokens(textOf(value))),
  };
}

/** Returns a mutated or random input. */
export function randomInput(random: Random, { payloads, texts }: ProtobufSeeds): ProtobufInput {
  switch (random.below(8)) {
    case 0:
      return { kind: "payload", bytes: random.bytes(random.below(40)) };
    case 1:
      return { kind: "json", text: mutateText(random, texts) };
    case 2:
      return { kind: "descriptor", bytes: mutateFrame(random, [DESCRIPTOR]) };
    default:
      return { kind: "payload", bytes: mutateFrame(random, payloads) };
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(toJson(value, false));
}

/** Converts 64-bit integers and numbers that JSON does not have to text, bytes to base64, and times to seconds. */
function toJson(value: unknown, isTime: boolean): unknown {
  if (value instanceof Uint8Array) return encodeBase64(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") {
    return isTime ? { sec: String(value / 1_000_000_000n), nsec: Number(value % 1_000_000_000n) } : String(value);
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => toJson(item, isTime));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, member]) => [name, toJson(member, isTime || TIME_NAMES.has(name))]));
}
