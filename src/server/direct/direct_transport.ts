// DirectTransport: a WebSocket that this package implements itself, on a network connection.

import type { Clock } from "../../clock.ts";
import type { SubscriptionId } from "../../protocol/ids.ts";
import { MESSAGE_DATA_HEADER_BYTES } from "../../protocol/message_data.ts";
import type { BatchPool } from "../../websocket/batch_pool.ts";
import { closePayload } from "../../websocket/close_payload.ts";
import { Opcode } from "../../websocket/frame_header.ts";
import { FrameReader } from "../../websocket/frame_reader.ts";
import { FrameWriter, MAX_COPIED_BYTES } from "../../websocket/frame_writer.ts";
import type { ClientTransport, SocketEnd, TransportEvents } from "../clients/client_transport.ts";
import type { ChannelSource, DataFrame, Frame } from "../delivery/outbox.ts";
import { type Compressor, storedBlock } from "./compressor.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { RawSocket } from "./node_http.ts";
import { ReadPacer } from "./read_pacer.ts";

/** How long a close may take. Then the connection is destroyed, with what was not sent. */
const CLOSE_TIMEOUT_MS = 5000;

/** The part of a network connection that a WebSocket uses. */
export type DirectSocket = Pick<RawSocket, "write" | "cork" | "uncork" | "pause" | "resume" | "end" | "destroy" | "on">;

/** Options of {@linkcode DirectTransport}. */
export interface DirectTransportOptions {
  pool: BatchPool;
  clock: Clock;
  maxMessageBytes: number;
  /** After how long without a sign of life the connection is destroyed, in ms; 0 disables this. */
  idleTimeoutMs: number;
  /** Compresses messages, if that was negotiated. */
  compressor?: Compressor | undefined;
}

/**
 * - `open`: frames may be sent.
 * - `closing`: the server has sent its close frame. The client's frames are read until its own close frame.
 * - `ending`: both have sent one, or the client broke the protocol. The server has ended its side.
 * - `closed`: the network connection has ended.
 */
type State = "open" | "closing" | "ending" | "closed";

/** The connection to one client: reads and writes the frames of RFC 6455. */
export class DirectTransport implements ClientTransport {
  /** A close always ends, because it has a time limit. */
  readonly isClosing = false;
  readonly #socket: DirectSocket;
  readonly #head: Uint8Array<ArrayBuffer>;
  readonly #options: DirectTransportOptions;
  readonly #writer: FrameWriter;
  readonly #heartbeat: Heartbeat;
  readonly #leavePool: () => void;
  #state: State = "open";
  #end: SocketEnd | undefined;
  /** The payload of a ping that is not answered yet. */
  #lastPing: Uint8Array | undefined;
  #onRoom = () => {};
  #isHeld = false;
  /** Whether the client broke the protocol, so that its close frame cannot be read. */
  #cannotRead = false;
  #pacer: ReadPacer | undefined;
  #cancelTimeout: (() => void) | undefined;

  /**
   * @param socket A connection on which the server has answered the handshake. The transport owns it.
   * @param head The bytes that have arrived behind the handshake.
   */
  constructor(socket: DirectSocket, head: Uint8Array<ArrayBuffer>, options: DirectTransportOptions) {
    const { pool, clock, idleTimeoutMs } = options;
    this.#socket = socket;
    this.#head = head;
    this.#options = options;
    this.#writer = new FrameWriter(socket, {
      pool,
      now: () => clock.now(),
      onWritten: (wasSlow) => this.#written(wasSlow),
    });
    this.#leavePool = pool.addWriter();
    this.#heartbeat = new Heartbeat(clock, idleTimeoutMs, {
      ping: (payload, sent) => this.#ping(payload, sent),
      silent: () => this.#destroy("idle"),
    });
  }

  get hasRoom(): boolean {
    return this.#writer.hasRoom;
  }

  get queuedBytes(): number {
    return this.#writer.queuedBytes;
  }

  /** The duration between the last answered ping and its answer, in ms; `undefined` until the first answer. */
  get roundTripMs(): number | undefined {
    return this.#heartbeat.roundTripMs;
  }

  onRoom(callback: () => void): void {
    this.#onRoom = callback;
  }

  send(frame: Frame): void {
    if (this.#state !== "open") return;
    if (typeof frame === "string") return this.#writer.writeText(frame);
    this.#writer.writeBinary(frame);
  }

  sendData(message: DataFrame, subscriptionId: SubscriptionId, source: ChannelSource): void {
    if (this.#state !== "open") return;
    const compressed = this.#options.compressor?.payloadOf(message, source);
    if (compressed) {
      message.setSubscriptionId(subscriptionId);
      const head = storedBlock(message.bytes.subarray(0, MESSAGE_DATA_HEADER_BYTES));
      return this.#writer.writeShared(head, compressed, nothing, true);
    }
    if (message.bytes.byteLength <= MAX_COPIED_BYTES) {
      message.setSubscriptionId(subscriptionId);
      return this.#writer.writeBinary(message.bytes);
    }
    const kept = message.keep();
    kept.setSubscriptionId(subscriptionId);
    const header = kept.bytes.subarray(0, MESSAGE_DATA_HEADER_BYTES);
    this.#writer.writeShared(header, kept.payload, () => kept.release());
  }

  close(code: number, reason: string): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#writer.writeControl(Opcode.CLOSE, closePayload(code, reason));
    if (this.#cannotRead) return this.#endStream();
    this.#limitClose();
    // The close frame of the client must be read.
    this.isHeld = false;
  }

  destroy(): void {
    this.#destroy("error");
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  set isHeld(isHeld: boolean) {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#heartbeat.isHeld = isHeld;
    if (isHeld && this.#state === "open") this.#pacer?.hold();
    else this.#pacer?.release();
  }

  listen(events: TransportEvents): void {
    const socket = this.#socket;
    const { maxMessageBytes, compressor } = this.#options;
    const reader = new FrameReader({ maxMessageBytes, inflate: compressor?.inflate }, {
      message: (data) => {
        events.received(wholeBuffer(data));
        pacer.count();
      },
      ping: (payload) => {
        this.#pong(payload);
        pacer.count();
      },
      pong: (payload) => {
        const ms = this.#heartbeat.pong(payload);
        if (ms !== undefined) events.roundTrip(ms);
      },
      close: (code) => this.#answerClose(code),
      failed: (code, reason) => this.#fail(code, reason, events),
    });
    const pacer = new ReadPacer(reader, socket);
    this.#pacer = pacer;
    const read = (bytes: Uint8Array<ArrayBuffer>) => {
      this.#heartbeat.heard();
      // Not a Buffer, whose slice() does not copy.
      reader.push(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    };
    socket.on("error", () => this.#end ??= "error");
    socket.on("end", () => this.#destroy("error"));
    socket.on("close", () => {
      pacer.end();
      this.#closed(events);
    });
    this.#heartbeat.start();
    events.opened();
    if (this.#head.byteLength > 0) read(this.#head);
    socket.on("data", read);
  }

  #ping(payload: Uint8Array, sent: () => void): void {
    if (this.#state === "open") this.#writer.writeControl(Opcode.PING, payload, sent);
  }

  /**
   * Answers a ping. While the client does not read, only its last ping will be answered (RFC 6455, section 5.5.3):
   * otherwise pings without end would fill the memory.
   */
  #pong(payload: Uint8Array): void {
    if (this.#state !== "open") return;
    if (this.#writer.hasRoom) return this.#writer.writeControl(Opcode.PONG, payload);
    this.#lastPing = payload;
  }

  #written(wasSlow: boolean): void {
    // A slow client answers a ping late, because it first reads what the systems of both sides have buffered. The
    // buffers of a client that is gone stay full.
    if (wasSlow) this.#heartbeat.heard();
    const ping = this.#lastPing;
    this.#lastPing = undefined;
    if (ping && this.#state === "open") this.#writer.writeControl(Opcode.PONG, ping);
    this.#onRoom();
  }

  /** Answers the close frame of the client, or ends the connection if that was its answer. */
  #answerClose(code: number | undefined): void {
    this.#end ??= "client";
    const payload = code === undefined ? new Uint8Array() : closePayload(code, "");
    if (this.#state === "open") this.#writer.writeControl(Opcode.CLOSE, payload);
    this.#endStream();
  }

  /** Closes the connection of a client that broke the protocol. */
  #fail(code: number, reason: string, events: TransportEvents): void {
    this.#end ??= "error";
    this.#cannotRead = true;
    if (code === 1009 && this.#state === "open" && events.oversized() === "closes") return this.#limitClose();
    if (this.#state === "open") this.#writer.writeControl(Opcode.CLOSE, closePayload(code, reason));
    this.#endStream();
  }

  /** Ends the stream after everything that was sent. RFC 6455, section 7.1.1: the server ends it first. */
  #endStream(): void {
    this.#state = "ending";
    this.#limitClose();
    this.#writer.whenEmpty(() => this.#socket.end());
  }

  #limitClose(): void {
    this.#cancelTimeout ??= this.#options.clock.after(CLOSE_TIMEOUT_MS, () => this.#destroy("error"));
  }

  #destroy(end: SocketEnd): void {
    this.#end ??= end;
    this.#writer.stop();
    this.#socket.destroy();
  }

  #closed(events: TransportEvents): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#writer.stop();
    this.#heartbeat.stop();
    this.#cancelTimeout?.();
    this.#leavePool();
    events.closed(this.#end ?? "error");
  }
}

/** Returns the buffer of a message that is alone in it, because the server frees it earlier then. */
function wholeBuffer(data: string | Uint8Array<ArrayBuffer>): string | Uint8Array | ArrayBuffer {
  return typeof data !== "string" && data.byteLength === data.buffer.byteLength ? data.buffer : data;
}

function nothing(): void {}
