// LoadPlan and LoadReport: what the load client is told to do, and what it says of it. Both travel as JSON.

/** The only subscription of each client; not 0, so that a server that sends nothing there is found out. */
export const SUBSCRIPTION_ID = 77;

/** What is on the server's data messages in the place of the timestamp; nothing is asked of one that is `"any"`. */
export type Stamp = "sequence" | "epochNs" | "any";

/** Connect, subscribe, and measure for a while. */
export interface LoadPlan {
  do: "load";
  port: number;
  /** Whose CPU time and memory are read. */
  serverPid: number;
  clients: number;
  /** More clients, which subscribe and then read nothing. */
  stuckClients: number;
  /** What every message must hold. */
  payloadBytes: number;
  stamp: Stamp;
  warmUpMs: number;
  measureMs: number;
  /** Where a server that cannot see its queue learns how far its clients are; the stamp is then the sequence. */
  progressFile?: string;
}

/** What came in the measuring time, over all clients that read. */
export interface LoadReport {
  seconds: number;
  messages: number;
  payloadBytes: number;
  /** Of the client that got the fewest. */
  fewestMessages: number;
  /** Gaps in the sequence; 0 where the stamp is none. */
  missing: number;
  /** From the time in the stamp until the message was found in the bytes read; absent where it is none. */
  latencyMs?: { p50: number; p99: number; max: number };
  /** CPU time of the server, all threads; absent where there is no /proc. */
  serverCpuSeconds?: number;
  /** The server's memory at the end. */
  serverRssBytes?: number;
  /** What the load client's one busy thread worked, of 1. */
  loadClientBusy?: number;
  /** What programs worked that have nothing to do with this, in cores: with much of it, the figures are worth little. */
  othersBusy?: number;
}

/** Connect and subscribe many clients at once. */
export interface StormPlan {
  do: "storm";
  port: number;
  serverPid: number;
  clients: number;
}

/** How a storm went. */
export interface StormReport {
  /** Until the last client had its handshake. */
  connectedMs: number;
  /** Until the last client had been told the channel, and knew that its subscription had been read. */
  subscribedMs: number;
  /** How many clients got a message afterwards; all, or something is wrong. */
  served: number;
  /** What the load client's one thread worked until then, of 1. */
  loadClientBusy?: number;
  /** Of the server, by client, when all is quiet; absent where there is no /proc. */
  rssBytesPerClient?: number;
}
