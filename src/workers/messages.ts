// The messages between the producer, which is the program's thread, and its workers.

import type { RemoteAddress, ServerAddress } from "../server/address.ts";
import type { CertificatePair } from "../server/certificate_pair.ts";
import type { SocketEnd } from "../server/clients/client_transport.ts";
import type { ChannelPolicy } from "../server/delivery/channel_policy.ts";
import type { Frame } from "../server/delivery/outbox.ts";
import type { DirectOptions } from "../server/direct/direct_access.ts";

/** Numbers a connection. Unique over all workers of a server. */
export type ConnectionNumber = number;

/** The options of the server that its workers need. */
export interface WorkerOptions extends Omit<DirectOptions, "clock" | "logger" | "shared"> {
  readonly maxQueuedBytes: number;
  readonly maxQueuedMessages: number;
  readonly trustedProxies: number;
}

/** The first message to a worker. */
export interface Boot {
  readonly ring: SharedArrayBuffer;
  /** An Int32Array with the number of batches that were posted to this worker. */
  readonly posted: SharedArrayBuffer;
  readonly options: WorkerOptions;
}

/** Where a worker listens. */
export interface ListenOrder extends Partial<CertificatePair> {
  readonly hostname: string;
  readonly port: number;
}

/** The part of a channel that workers need. */
export interface SharedChannel {
  readonly id: number;
  readonly topic: string;
  readonly policy: Omit<ChannelPolicy, "latch">;
}

/** A response as data. */
export interface PlainResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: [name: string, value: string][];
  /** `null`: there is none, as some statuses require. */
  readonly body: ArrayBuffer | null;
}

/** A request as data. */
export interface PlainRequest {
  /** `invalid`: the host or the URL is not valid. */
  readonly kind: "plain" | "handshake" | "invalid";
  readonly method: string;
  readonly url: string;
  /** A name, its value, the next name, and so on. */
  readonly headers: readonly string[];
  readonly remoteAddr: RemoteAddress | undefined;
}

/** An order of the producer. `number`: how many messages the channel had before, modulo 2 ** 32. */
export type Order =
  | { type: "listen"; where: ListenOrder }
  | { type: "setCertificate"; pair: CertificatePair }
  | { type: "listenAgain" }
  | { type: "shutdown" }
  | { type: "ping" }
  | { type: "respond"; request: number; response: PlainResponse }
  | { type: "accept"; request: number; connection: ConnectionNumber; subprotocol: string | undefined }
  | { type: "addChannel"; channel: SharedChannel }
  | { type: "removeChannel"; channelId: number }
  | {
    type: "subscribe";
    channelId: number;
    connection: ConnectionNumber;
    subscriptionId: number;
    number: number;
  }
  | { type: "unsubscribe"; channelId: number; connection: ConnectionNumber; number: number }
  /** A message to all subscribers that does not fit into the ring, or that must not be lost. */
  | { type: "publish"; channelId: number; number: number; timestamp: bigint; payload: Uint8Array }
  /** A message to one client. */
  | {
    type: "data";
    connection: ConnectionNumber;
    channelId: number;
    subscriptionId: number;
    timestamp: bigint;
    payload: Uint8Array;
  }
  | { type: "control"; connections: ConnectionNumber[]; frame: Frame; isExclusive: boolean }
  | { type: "time"; connections: ConnectionNumber[]; frame: Frame }
  /** A frame that does not wait in the outbox. */
  | { type: "send"; connection: ConnectionNumber; frame: Frame }
  | { type: "purge"; connection: ConnectionNumber; channelId: number }
  | { type: "finish" | "closeOutbox" | "destroy"; connection: ConnectionNumber }
  | { type: "close"; connection: ConnectionNumber; code: number; reason: string }
  /** The producer has processed what a client sent. */
  | { type: "taken"; connection: ConnectionNumber; messages: number; bytes: number };

/** Orders that are carried out in their order, after all records of the ring before `position`. */
export interface Batch {
  readonly position: number;
  readonly bytes: number;
  readonly orders: readonly Order[];
}

/** The columns of the figures of connections in a report. All are sums since the beginning. */
export const CONNECTION_COLUMNS = {
  connection: 0,
  messagesSent: 1,
  bytesSent: 2,
  queue: 3,
  age: 4,
  replaced: 5,
  queuedBytes: 6,
  queuedMessages: 7,
  oldestQueuedMs: 8,
  peakQueuedBytes: 9,
  socketBytes: 10,
  drainedBytes: 11,
  /** -1: unknown. */
  roundTripMs: 12,
  /** Control messages that were received while there was room for more; -1 if there is none. */
  controlMessages: 13,
  controlBytes: 14,
} as const;

/** The columns of the figures of channels in a report. All are differences since the last report. */
export const CHANNEL_COLUMNS = { channelId: 0, messagesSent: 1, bytesSent: 2, queue: 3, age: 4, replaced: 5 } as const;

/** The number of columns of each table. */
export const CONNECTION_WIDTH: number = Object.keys(CONNECTION_COLUMNS).length;
export const CHANNEL_WIDTH: number = Object.keys(CHANNEL_COLUMNS).length;

/** What a worker tells the producer. */
export type Notice =
  | { type: "listening"; addr: ServerAddress }
  | { type: "cannotListen"; message: string; code: string | undefined }
  | { type: "accepted" }
  | { type: "shutDown" }
  | { type: "certificateSet" }
  | { type: "pong" }
  | { type: "log"; level: "debug" | "info" | "warn" | "error"; text: string }
  | { type: "request"; request: number; content: PlainRequest }
  | { type: "left"; request: number }
  | { type: "opened" | "oversized" | "overflow"; connection: ConnectionNumber }
  | { type: "received"; connection: ConnectionNumber; data: string | ArrayBuffer }
  | { type: "roundTrip"; connection: ConnectionNumber; ms: number }
  | { type: "closed"; connection: ConnectionNumber; reason: SocketEnd }
  | { type: "dropped"; connection: ConnectionNumber; topic: string }
  /** `applied`: the bytes of all orders that were carried out. */
  | { type: "report"; applied: number; connections: Float64Array; channels: Float64Array }
  | { type: "channelRemoved"; channelId: number };
