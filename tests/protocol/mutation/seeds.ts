// Seeds: inputs without errors, from which mutations start.

import { CLIENT_MESSAGES, SERVER_MESSAGES } from "../random_messages.ts";
import type { Random } from "../random.ts";
import { input, VECTORS } from "../vectors.ts";
import { CLIENT, encodeChecked, type Input, SERVER } from "./check_codec.ts";

/** A text with the positions of its JSON tokens. */
export interface SeedText {
  readonly text: string;
  /** The names of members. */
  readonly names: readonly Span[];
  /** Values that are not arrays or objects. */
  readonly values: readonly Span[];
}

/** A piece of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Encoded messages of both sides. */
export interface Seeds {
  readonly texts: readonly SeedText[];
  readonly frames: readonly Uint8Array[];
}

/** The golden vectors, including the invalid ones. */
const GOLDEN = VECTORS.map(input);

const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*|true|false|null/g;

/** Makes `rounds` random messages of each op, and adds the golden vectors. */
export function makeSeeds(random: Random, rounds: number): Seeds {
  const inputs: Input[] = [...GOLDEN];
  for (let round = 0; round < rounds; round++) {
    for (const make of Object.values(SERVER_MESSAGES)) inputs.push(encodeChecked(SERVER, make(random)));
    for (const make of Object.values(CLIENT_MESSAGES)) inputs.push(encodeChecked(CLIENT, make(random)));
  }
  return {
    texts: inputs.filter((data) => typeof data === "string").map(withTokens),
    frames: inputs.filter((data) => typeof data !== "string"),
  };
}

/** Finds the tokens of a JSON text. */
export function withTokens(text: string): SeedText {
  const names: Span[] = [];
  const values: Span[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token, colon = ""] = match;
    const span = { start: match.index, end: match.index + token.length - colon.length };
    (colon === "" ? values : names).push(span);
  }
  return { text, names, values };
}
