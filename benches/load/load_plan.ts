// The plans and reports of the load client. Both are sent as JSON.

/** The only subscription of each client. Not 0, so that a server that omits the id is detected. */
export const SUBSCRIPTION_ID = 77;

/** The content of the timestamp of data messages. `"any"` is not checked. */
export type Stamp = "sequence" | "epochNs" | "any";

/** Connect, subscribe, and measure for a while. */
export interface LoadPlan {
  type: "load";
  port: number;
  /** The process whose CPU time and memory are measured. */
  serverPid: number;
  clients: number;
  /** Additional clients that subscribe and then read nothing. */
  stuckClients: number;
  /** The required payload size. */
  payloadBytes: number;
  stamp: Stamp;
  warmUpMs: number;
  measureMs: number;
  /**
   * The file in which a server that cannot see its queue reads the progress of its clients. Requires the stamp
   * `"sequence"`.
   */
  progressFile?: string;
}

/** The messages in the measured time, over all clients that read. */
export interface LoadReport {
  seconds: number;
  messages: number;
  payloadBytes: number;
  /** The messages of the client with the fewest. */
  fewestMessages: number;
  /** Gaps in the sequence; 0 if the stamp is not the sequence. */
  missing: number;
  /** The time from the stamp until the message was found in the received bytes. Absent if the stamp is not the time. */
  latencyMs?: { p50: number; p99: number; max: number };
  /** CPU time of the server, all threads. Absent without /proc. */
  serverCpuSeconds?: number;
  /** The server's memory at the end. */
  serverRssBytes?: number;
  /** CPU load of the load client's main thread, from 0 to 1. */
  loadClientBusy?: number;
  /** CPU load of other programs, in cores. A load above 0.25 makes the figures unreliable. */
  othersBusy?: number;
}

/** Returns the CPU time of the server for each message, in µs. */
export function cpuMicroseconds({ serverCpuSeconds, messages }: LoadReport): number | undefined {
  return serverCpuSeconds === undefined ? undefined : serverCpuSeconds / messages * 1e6;
}

/** Connect and subscribe many clients at once. */
export interface StormPlan {
  type: "storm";
  port: number;
  serverPid: number;
  clients: number;
}

/** The results of a storm. */
export interface StormReport {
  /** Time until the last handshake. */
  connectedMs: number;
  /** Time until the server has confirmed the last subscription. */
  subscribedMs: number;
  /** How many clients received a message afterwards. Fewer than all is an error. */
  served: number;
  /** CPU load of the load client's main thread until then, from 0 to 1. */
  loadClientBusy?: number;
  /** Memory of the server for each client after the storm. Absent without /proc. */
  rssBytesPerClient?: number;
}

/** Connect again and again to a server with many channels, one client at a time. */
export interface SchemasPlan {
  type: "schemas";
  port: number;
  serverPid: number;
  /** The only subprotocol that clients offer. */
  subprotocol: string;
  /** A client disconnects when it knows so many channels. */
  channels: number;
  warmUpMs: number;
  measureMs: number;
}

/** The results of connecting again and again. */
export interface SchemasReport {
  connects: number;
  /** What each client received after the response to the handshake, with frame headers. */
  bytes: number;
  /** From the start of the handshake until a client has received all channels and parsed their JSON. */
  connectMs: { p50: number; p95: number };
  /** The same for `FoxgloveClient`, which also opens the TCP connection and decodes the schemas. Median. */
  ownClientMs: number;
  /** CPU time of the server for each connect and disconnect, all threads. Absent without /proc. */
  serverCpuMs?: number;
  /** CPU load of other programs, in cores. */
  othersBusy?: number;
}
