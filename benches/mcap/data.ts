// The messages of the MCAP benchmarks: texts of random numbers, as JSON has them.

/** A set of messages. */
export interface DataSet {
  /** The size of the data of each message. */
  readonly messageBytes: number;
  /** How many messages. */
  readonly count: number;
}

/** The sets of the benchmarks. */
export const DATA_SETS: readonly DataSet[] = [
  { messageBytes: 256, count: 2_000_000 },
  { messageBytes: 64 * 1024, count: 20_000 },
];

/** The messages take turns on these channels. */
export const TOPICS: readonly string[] = Array.from({ length: 20 }, (_, index) => `/sensors/${index}`);
/** The schema of all channels. */
export const SCHEMA = {
  name: "Sensor",
  encoding: "jsonschema",
  data: '{"type":"object","properties":{"x":{"type":"number"},"y":{"type":"number"},"z":{"type":"number"}}}',
} as const;
/** The log time of the first message, in ns. */
export const START_TIME = 1_700_000_000_000_000_000n;
/** The time from one message to the next, in ns. */
export const STEP = 100_000n;

/** The texts repeat after this many bytes: far more than a chunk has, so that their repetition does not compress. */
const POOL_BYTES = 16 * 1024 * 1024;
const SEED = 0x2545_f491;

/** Returns different texts of this size, always the same ones. zstd makes them about four times as small. */
export function makeTexts(messageBytes: number): readonly Uint8Array<ArrayBuffer>[] {
  const random = generator();
  const encoder = new TextEncoder();
  return Array.from({ length: Math.ceil(POOL_BYTES / messageBytes) }, (_, index) => {
    let text = `{"frame":"sensor_${index % TOPICS.length}","values":[`;
    while (text.length < messageBytes) {
      const reading = { x: decimal(random), y: decimal(random), status: "ok", level: Math.floor(random() * 4) };
      text += `${JSON.stringify(reading)},`;
    }
    return encoder.encode(text.slice(0, messageBytes));
  });
}

function decimal(random: () => number): number {
  return Math.round(random() * 20_000 - 10_000) / 1000;
}

/** Returns a xorshift generator of numbers from 0 to 1. */
function generator(): () => number {
  let state = SEED;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
