// JetStream: the requests to NATS that keep the state of a robot, as JSON.

import { textOf } from "../error_text.ts";
import type { NatsConnection } from "./nats_connection.ts";
import type { Subjects } from "./subjects.ts";
import { parseObject } from "./wire.ts";

/** How long a request may take, in ms. */
const TIMEOUT_MS = 2000;
/** State that is not put again for this time is removed, in ms: that of a robot which does not exist any more. */
export const STATE_MAX_AGE_MS = 3_600_000;
const NS_PER_MS = 1_000_000;
/** The server sends a message to an idle consumer this often, in ms. Flow control requires it. */
const IDLE_MS = 5000;

/** The error code of a stream that does not exist. */
const STREAM_NOT_FOUND = 10_059;

/** The stream does not exist, because the robot has not created it yet. */
export class StreamNotFoundError extends Error {
  override readonly name = "StreamNotFoundError";
}

/** The stream with the state of a robot. Works with servers since 2.9. */
export class StateStream {
  readonly #connection: NatsConnection;
  readonly #subjects: Subjects;

  constructor(connection: NatsConnection, subjects: Subjects) {
    this.#connection = connection;
    this.#subjects = subjects;
  }

  /**
   * Creates the stream, unless it exists.
   *
   * @throws {Error} If the server refuses it, or has no JetStream.
   */
  async create(): Promise<void> {
    const { stream, allState } = this.#subjects;
    await this.#request(`STREAM.CREATE.${stream}`, {
      name: stream,
      subjects: [allState],
      retention: "limits",
      storage: "file",
      discard: "old",
      max_msgs_per_subject: 1,
      max_age: STATE_MAX_AGE_MS * NS_PER_MS,
      num_replicas: 1,
    });
  }

  /** Removes the state of earlier runs. */
  async clear(): Promise<void> {
    await this.#request(`STREAM.PURGE.${this.#subjects.stream}`, {});
  }

  /**
   * Sends the state of a run to a subject: first the last message of each subject, then all new ones.
   *
   * @throws {StreamNotFoundError} If the robot has not created the stream yet.
   * @throws {Error} If the server refuses it, or has no JetStream.
   */
  async deliver(run: string, toSubject: string): Promise<void> {
    const { stream, prefix } = this.#subjects;
    await this.#request(`CONSUMER.CREATE.${stream}`, {
      stream_name: stream,
      config: {
        description: `edge of ${prefix}`,
        deliver_subject: toSubject,
        deliver_policy: "last_per_subject",
        filter_subject: this.#subjects.stateOf(run),
        ack_policy: "none",
        replay_policy: "instant",
        idle_heartbeat: IDLE_MS * NS_PER_MS,
        flow_control: true,
      },
    });
  }

  async #request(operation: string, body: object): Promise<void> {
    let data: Uint8Array;
    try {
      ({ data } = await this.#connection.request(`$JS.API.${operation}`, JSON.stringify(body), {
        timeout: TIMEOUT_MS,
      }));
    } catch (cause) {
      throw new Error(`JetStream does not answer (${textOf(cause)}); start nats-server with --jetstream`, { cause });
    }
    const { error } = parseObject(data) ?? {};
    if (typeof error !== "object" || error === null) return;
    const { description, err_code: code } = error as { description?: string; err_code?: number };
    const text = `JetStream refuses ${operation}: ${description}`;
    throw code === STREAM_NOT_FOUND ? new StreamNotFoundError(text) : new Error(text);
  }
}
