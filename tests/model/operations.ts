// Operations: what a server's owner and its clients can do, as data that can be printed and run again.

import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";

/** How many places for clients there are. */
export const PLACES = 3;

/** Clients are named by places, in which one can come after another; ids are plain numbers, for they may name nothing. */
export type Operation =
  | { do: "connect"; client: number; sdk: boolean }
  | { do: "leave"; client: number }
  /** Its socket takes nothing until it reads again. */
  | { do: "stall"; client: number }
  | { do: "read"; client: number }
  | { do: "say"; client: number; message: ClientMessage }
  | { do: "babble"; client: number; text: string }
  | { do: "publish"; client: number; channelId: number; text: string }
  | { do: "call"; client: number; serviceId: number; callId: number; encoding: string }
  | { do: "steer"; client: number; speed: number; requestId: string }
  | { do: "addChannel"; topic: string; latch?: number }
  | { do: "removeChannel"; channelId: number }
  /** `to` is a client's id. */
  | { do: "send"; channelId: number; text: string; to?: number }
  | { do: "addService"; name: string; encoding?: string }
  | { do: "removeService"; serviceId: number }
  | { do: "updateParameters"; parameters: Parameter[] }
  | { do: "updateGraph"; graph: ConnectionGraph }
  | { do: "sendStatus"; text: string; id?: string; to?: number; sticky?: true }
  | { do: "removeStatus"; ids: string[] }
  | { do: "broadcastTime"; at: number }
  | { do: "broadcastPlayback"; at: number }
  | { do: "resetSession"; id: string }
  | { do: "disconnect"; clientId: number }
  | { do: "close" }
  /** The next call of this hook does the same, in the midst of whatever calls it. */
  | { do: "script"; hook: string; operations: readonly OwnersOperation[] }
  /** The hook of an open request returns; `request` counts through them. */
  | { do: "answer"; request: number; parameters: Parameter[] }
  | { do: "fail"; request: number };

/** What the owner does by itself, without a client that waits for it. */
export type OwnersOperation = Exclude<Operation, { client: number } | { do: "answer" | "fail" | "script" }>;

/** What clients do over the wire. */
export type ClientsOperation = Extract<Operation, { do: "say" | "babble" | "publish" | "call" | "steer" }>;
