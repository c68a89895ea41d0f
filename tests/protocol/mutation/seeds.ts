// Seeds: inputs that are in order, for mutations to begin with.

import { CLIENT_MESSAGES, SERVER_MESSAGES } from "../random_messages.ts";
import type { Random } from "../random.ts";
import { input, VECTORS } from "../vectors.ts";
import { CLIENT, type Input, sent, SERVER } from "./judge.ts";

/** A text and where its JSON tokens are. */
export interface SeedText {
  readonly text: string;
  /** The names of members. */
  readonly names: readonly Span[];
  /** Strings, numbers and the like: whatever is a value and no list or object. */
  readonly values: readonly Span[];
}

/** A piece of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Messages of both sides, as they are sent. */
export interface Seeds {
  readonly texts: readonly SeedText[];
  readonly frames: readonly Uint8Array[];
}

/** The golden vectors, those that are not valid as well. */
const GOLDEN = VECTORS.map(input);

const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*|true|false|null/g;

/** `rounds` random messages of each op, and the golden vectors. */
export function makeSeeds(random: Random, rounds: number): Seeds {
  const inputs: Input[] = [...GOLDEN];
  for (let round = 0; round < rounds; round++) {
    for (const make of Object.values(SERVER_MESSAGES)) inputs.push(sent(SERVER, make(random)));
    for (const make of Object.values(CLIENT_MESSAGES)) inputs.push(sent(CLIENT, make(random)));
  }
  return {
    texts: inputs.filter((data) => typeof data === "string").map(withTokens),
    frames: inputs.filter((data) => typeof data !== "string"),
  };
}

function withTokens(text: string): SeedText {
  const names: Span[] = [];
  const values: Span[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token, colon = ""] = match;
    const span = { start: match.index, end: match.index + token.length - colon.length };
    (colon === "" ? values : names).push(span);
  }
  return { text, names, values };
}
