// Operations: the actions of a program with a server, and of its clients. They are data, so that they can be printed
// and replayed.

import type { Subprotocol } from "../../src/protocol/capabilities.ts";
import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";

/** The number of client slots. Each slot has at most one connected client at a time. */
export const CLIENT_SLOTS = 3;

/** `client` is a slot. All ids are plain numbers, because an operation may use an id that does not exist. */
export type Operation =
  | { type: "connect"; client: number; subprotocol: Subprotocol }
  | { type: "leave"; client: number }
  /** The client stops reading. */
  | { type: "stall"; client: number }
  | { type: "read"; client: number }
  | { type: "message"; client: number; message: ClientMessage }
  | { type: "invalidText"; client: number; text: string }
  | { type: "publish"; client: number; channelId: number; text: string }
  | { type: "call"; client: number; serviceId: number; callId: number; encoding: string }
  | { type: "controlPlayback"; client: number; speed: number; requestId: string }
  | { type: "addChannel"; topic: string; latch?: number; schemaName?: string }
  | { type: "removeChannel"; channelId: number }
  /** `to` is the id of a client. */
  | { type: "send"; channelId: number; text: string; to?: number }
  /** `pattern` selects topics: a name, or a prefix with "*". */
  | { type: "addSink"; pattern?: string }
  /** `sink` is the number of the sink: they are counted from 1. */
  | { type: "removeSink"; sink: number }
  | { type: "addService"; name: string; encoding?: string }
  | { type: "removeService"; serviceId: number }
  | { type: "updateParameters"; parameters: Parameter[] }
  | { type: "updateGraph"; graph: ConnectionGraph }
  | { type: "sendStatus"; text: string; id?: string; to?: number; sticky?: true }
  | { type: "removeStatus"; ids: string[] }
  | { type: "broadcastTime"; at: number }
  | { type: "broadcastPlayback"; at: number }
  | { type: "resetSession"; id: string }
  | { type: "disconnect"; clientId: number }
  | { type: "close" }
  /** The next call of this hook applies these operations before it returns. */
  | { type: "script"; hook: string; operations: readonly ServerOperation[] }
  /** The hook of an open request returns. `request` is the index of the request. */
  | { type: "answer"; request: number; parameters: Parameter[] }
  | { type: "fail"; request: number };

/** An action of the program, other than the result of a hook. */
export type ServerOperation = Exclude<Operation, { client: number } | { type: "answer" | "fail" | "script" }>;

/** An action of a client that sends something. */
export type ClientOperation = Extract<
  Operation,
  { type: "message" | "invalidText" | "publish" | "call" | "controlPlayback" }
>;
