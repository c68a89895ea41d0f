// StateReader: follows the state of one run of a robot, on an edge.

import { textOf } from "../error_text.ts";
import { FailureNote } from "./failure_note.ts";
import { FrameReader, sequenceDistance } from "./frames.ts";
import { type StateStream, StreamNotFoundError } from "./jet_stream.ts";
import type { NatsMessage } from "./nats_connection.ts";
import type { NatsLink } from "./nats_link.ts";
import { isEqual } from "../protocol/is_equal.ts";

/** How long to wait before another attempt, in ms. */
const RETRY_MS = 1000;
/** An edge that lacks a version for this time requests it, in ms. */
const LATE_MS = 2000;
/** The status code by which the server controls the flow, and reports that it is idle. */
const CONTROL = 100;

/** What the reader needs. */
export interface StateReaderOptions {
  readonly link: NatsLink;
  readonly stream: StateStream;
  /** The run whose state is followed. */
  readonly run: string;
  /** Begins all subjects of its values. */
  readonly subjectPrefix: string;
  /** Returns a new subject for the state. */
  readonly newInbox: () => string;
  /** Requests that the robot puts its state again. */
  readonly refresh: () => void;
  /** A value has changed. An empty body: it was removed. `before`: its last body, if it had one. */
  readonly onChange: (key: string, body: Uint8Array, before: Uint8Array | undefined) => void;
  /** The state is complete for the first time. Changes before this are not reported singly. */
  readonly onComplete: () => void;
}

/**
 * Reads the state with a consumer of the stream. A consumer may vanish silently, for example when the server restarts.
 * So heartbeats say which version is the newest, and a reader that lacks it creates another consumer, and then requests
 * that the robot puts everything again.
 */
export class StateReader {
  readonly #options: StateReaderOptions;
  readonly #values = new Map<string, Uint8Array>();
  readonly #readers = new Map<string, FrameReader>();
  #unsubscribe: (() => void) | undefined;
  #version = 0;
  /** The newest version that a heartbeat has named; `undefined` before the first. */
  #wantedVersion: number | undefined;
  /** A version that was missing when a heartbeat named it, and when that was. */
  #late: { readonly version: number; readonly since: number } | undefined;
  #isComplete = false;
  #hasRetried = false;
  readonly #note: FailureNote;
  #cancelRetry: (() => void) | undefined;
  #isClosed = false;

  constructor(options: StateReaderOptions) {
    this.#options = options;
    this.#note = new FailureNote(options.link);
    this.start();
  }

  /** Whether the state was complete once. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The current values by key. None is empty. */
  get values(): ReadonlyMap<string, Uint8Array> {
    return this.#values;
  }

  /** Begins to read, or begins again, because the consumer is lost. */
  start(): void {
    if (this.#isClosed) return;
    this.#unsubscribe?.();
    this.#cancelRetry?.();
    const { link, stream, run, newInbox } = this.#options;
    const inbox = newInbox();
    this.#readers.clear();
    const unsubscribe = link.subscribe(inbox, (message) => this.#receive(message));
    this.#unsubscribe = unsubscribe;
    stream.deliver(run, inbox).then(() => {
      if (this.#unsubscribe === unsubscribe) this.#note.ended("the state of the robot can be read");
    }, (error) => {
      // Without a connection, it starts again after the reconnect. Until then, the client of NATS would keep each
      // request, and send all of them.
      if (this.#isClosed || this.#unsubscribe !== unsubscribe || !link.window.isConnected) return;
      this.#note.failed(
        error instanceof StreamNotFoundError
          ? "the state of the robot is not in NATS yet"
          : `cannot read the state of the robot: ${textOf(error)}`,
      );
      this.#cancelRetry = link.clock.after(RETRY_MS, () => this.start());
    });
  }

  /** A heartbeat says which version is the newest. */
  heartbeat(version: number): void {
    const { link: { clock }, refresh } = this.#options;
    this.#wantedVersion = version;
    this.#checkComplete();
    if (this.#late && !this.#lacks(this.#late.version)) {
      this.#late = undefined;
      this.#hasRetried = false;
    }
    if (!this.#lacks(version)) return;
    const now = clock.now();
    // A robot whose state changes all the time is always a little ahead.
    this.#late ??= { version, since: now };
    if (now - this.#late.since < LATE_MS) return;
    this.#late = { version, since: now };
    // First, the consumer may be lost. Then the stream may have lost values.
    if (this.#hasRetried) refresh();
    this.#hasRetried = true;
    this.start();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#unsubscribe?.();
  }

  #receive(message: NatsMessage): void {
    if (message.headers?.code === CONTROL) {
      if (message.reply) this.#options.link.window.send(message.reply, "");
      return;
    }
    const { subject, data } = message;
    const { subjectPrefix } = this.#options;
    // The delivered message has the subject under which it was put.
    if (!subject.startsWith(subjectPrefix)) return;
    const key = subject.slice(subjectPrefix.length, subject.lastIndexOf("."));
    const reader = this.#readers.get(key) ?? new FrameReader();
    const whole = reader.receive(data);
    if (reader.isWaiting) this.#readers.set(key, reader);
    else this.#readers.delete(key);
    if (!whole) return;
    if (this.#lacks(whole.sequence)) this.#version = whole.sequence;
    this.#set(key, whole.payload);
    this.#checkComplete();
  }

  #set(key: string, payload: Uint8Array): void {
    const before = this.#values.get(key);
    if (isEqual(before ?? NOTHING, payload)) return;
    // The payload is a view of a message, whose memory belongs to the connection.
    const body = payload.slice();
    if (body.length > 0) this.#values.set(key, body);
    else this.#values.delete(key);
    if (this.#isComplete) this.#options.onChange(key, body, before);
  }

  #lacks(version: number): boolean {
    return sequenceDistance(version, this.#version) > 0;
  }

  #checkComplete(): void {
    if (this.#isComplete || this.#wantedVersion === undefined) return;
    if (this.#lacks(this.#wantedVersion)) return;
    this.#isComplete = true;
    this.#options.onComplete();
  }
}

const NOTHING = new Uint8Array();
