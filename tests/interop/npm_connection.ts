// Connections of the client of npm's @foxglove/ws-protocol, over npm's ws.

import protocol from "npm:@foxglove/ws-protocol@0.8.0";
import { WebSocket } from "npm:ws@^8.18";
import { Queue, within } from "../support/events.ts";

/** The client class that the package exports. */
export type NpmClient = InstanceType<typeof protocol.FoxgloveClient>;

/** A connected client. */
export interface NpmConnection extends AsyncDisposable {
  client: NpmClient;
  /** The subprotocol that the server selected. */
  subprotocol: string;
}

/** A connected client, and queues of its events. */
export interface ConnectionWithEvents extends NpmConnection {
  /** The values of events, in the order of their arrival. */
  events: EventQueues;
}

/** The events for a server's messages and for errors. */
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

/** One queue for each event. The package exports no event types; tests read the members that they assert. */
// deno-lint-ignore no-explicit-any
export type EventQueues = Record<typeof EVENTS[number], Queue<any>>;

/** Connects with the subprotocol that the client supports. */
export async function connect(url: string): Promise<ConnectionWithEvents> {
  // deno-lint-ignore no-explicit-any
  const events = Object.fromEntries(EVENTS.map((name) => [name, new Queue<any>(name)])) as EventQueues;
  return { ...await open(url, (name, value) => events[name].push(value)), events };
}

/** Like {@linkcode connect}, but calls `onEvent` for each event. */
export async function open(
  url: string,
  onEvent: (name: typeof EVENTS[number], value: unknown) => void,
): Promise<NpmConnection> {
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
