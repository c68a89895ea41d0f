// The client of npm's @foxglove/ws-protocol, over npm's ws: a peer that nobody here wrote.

import protocol from "npm:@foxglove/ws-protocol@0.8.0";
import { WebSocket } from "npm:ws@^8.18";
import { Queue, within } from "../support/events.ts";

/** npm's client, as its package exports it. */
export type Client = InstanceType<typeof protocol.FoxgloveClient>;

/** A connected client. */
export interface Connected extends AsyncDisposable {
  client: Client;
  /** What the server agreed on. */
  subprotocol: string;
}

/** A connected client, and what its events brought. */
export interface Peer extends Connected {
  /** Of events that bring one value, in the order in which they came. */
  events: EventQueues;
}

/** The events that a server's messages become, and errors. */
export const EVENTS = [
  "serverInfo",
  "status",
  "removeStatus",
  "advertise",
  "unadvertise",
  "advertiseServices",
  "message",
  "time",
  "parameterValues",
  "serviceCallResponse",
  "serviceCallFailure",
  "connectionGraphUpdate",
  "fetchAssetResponse",
  "error",
] as const;

/** One queue for each event. The package does not export the types of its events; tests read the members that they assert. */
// deno-lint-ignore no-explicit-any
export type EventQueues = Record<typeof EVENTS[number], Queue<any>>;

/** Connects, offering what that client offers. */
export async function connect(url: string): Promise<Peer> {
  // deno-lint-ignore no-explicit-any
  const events = Object.fromEntries(EVENTS.map((name) => [name, new Queue<any>(name)])) as EventQueues;
  return { ...await open(url, (name, value) => events[name].push(value)), events };
}

/** As {@linkcode connect}; `onEvent` is given what comes. */
export async function open(
  url: string,
  onEvent: (name: typeof EVENTS[number], value: unknown) => void,
): Promise<Connected> {
  const socket = new WebSocket(url, [protocol.FoxgloveClient.SUPPORTED_SUBPROTOCOL]);
  const client = new protocol.FoxgloveClient({ ws: socket });
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  for (const name of EVENTS) client.on(name, (value: unknown) => onEvent(name, value));
  client.on("open", opened.resolve);
  client.on("close", () => closed.resolve());
  await within(opened.promise, "the connection");
  return {
    client,
    subprotocol: socket.protocol,
    async [Symbol.asyncDispose]() {
      client.close();
      await within(closed.promise, "the end of the connection");
    },
  };
}
