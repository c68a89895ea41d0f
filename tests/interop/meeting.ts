// Meeting: a client and a server of the matrix, connected, and a case that is played with them.

import type { Capability } from "../../src/protocol/capabilities.ts";
import { MS } from "../support/events.ts";
import type { ClientKind, ClientPeer, Introduction } from "./client_peer.ts";
import { NotSupportedError } from "./not_supported_error.ts";
import type { ServerPeer } from "./server_peer.ts";

/** What a case plays with. */
export interface Meeting {
  server: ServerPeer;
  client: ClientPeer;
  /** What the server said first. */
  introduction: Introduction;
  /** Of the cell: on what they agree. */
  subprotocol: string;
}

/** What both must be able to do: the same for all. */
export interface Case {
  /** As a row of the page. */
  name: string;
  /** What it proves, for the page. */
  about: string;
  /** Without it the case is not supported. */
  needs?: Capability;
  run(meeting: Meeting): Promise<void>;
}

/** How a case went. */
export type Outcome = "pass" | { notSupported: true } | { failed: unknown };

/** How long a case may wait, in ms. */
export const CASE_LIMIT_MS: number = 5000 * MS;

/** Connects a client to a server, and plays a case. */
export async function play(
  { needs, run }: Case,
  server: ServerPeer,
  kind: ClientKind,
  { subprotocol, limitMs }: { subprotocol: string; limitMs: number },
): Promise<Outcome> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`Nothing came within ${limitMs} ms`)), limitMs);
  try {
    await using client = await kind.connect(server.url, limit.signal);
    const introduction = await client.introduction();
    if (needs && !introduction.capabilities.includes(needs)) throw new NotSupportedError(needs);
    await run({ server, client, introduction, subprotocol });
    return "pass";
  } catch (error) {
    return error instanceof NotSupportedError ? { notSupported: true } : { failed: error };
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the server surely knows the client, and tells it what it tells all. */
export async function acquainted({ server, client }: Meeting): Promise<void> {
  const feed = await client.subscribe("/odom");
  await server.saw("subscribe");
  feed.close();
}
