// RobotPublication: a server that is published to NATS: heartbeats, wishes of edges, and what happens after faults.

import type { Clock } from "../clock.ts";
import { textOf } from "../error_text.ts";
import type { ExtensionPoints } from "../server/extensions.ts";
import type { FoxgloveServer } from "../server/server.ts";
import { ClockPeriod } from "./age_filter.ts";
import type { ExportCounts } from "./exported_channel.ts";
import { STATE_MAX_AGE_MS, type StateStream } from "./jet_stream.ts";
import { localUpstream } from "./local_upstream.ts";
import type { NatsConnection } from "./nats_connection.ts";
import { NatsLink } from "./nats_link.ts";
import type { PublishToNatsOptions } from "./nats_options.ts";
import { decodeHeartbeat, encodeHeartbeat, HEARTBEAT_MS, mustEnd } from "./presence.ts";
import { RequestServer } from "./request_server.ts";
import { RobotPublications } from "./robot_publications.ts";
import { answerRequest } from "./robot_requests.ts";
import { RobotState } from "./robot_state.ts";
import { StateWriter } from "./state_writer.ts";
import { randomToken, type Subjects } from "./subjects.ts";
import { AllWishes, decodeWishes } from "./wishes.ts";

/** The beginning of error texts. */
export const CANNOT = "Cannot publish to NATS";
/** How long to wait before another attempt to create the stream, in ms. */
const RETRY_MS = 1000;
/** All state is put again at most this often, in ms, although an edge requests it. */
const REFRESH_MS = 5000;

/** The statistics of a publication. Counts begin with its start. */
export interface NatsPublicationStats {
  /** How many edges have sent their wishes recently. */
  readonly edges: number;
  /** How many channels edges can see. */
  readonly channels: number;
  /** How many of them an edge uses. Only their messages are sent. */
  readonly used: number;
  /** How many messages were sent. */
  readonly messages: number;
  /** The bytes of their payloads. */
  readonly bytes: number;
  /** How many messages were dropped, because NATS had not confirmed earlier ones. */
  readonly dropped: number;
  /** How many bytes were sent, but are not confirmed. */
  readonly unconfirmedBytes: number;
  /** How many values of the state wait to be sent. */
  readonly waitingState: number;
}

/** A server that is published to NATS: see {@linkcode publishToNats}. */
export interface NatsPublication extends AsyncDisposable {
  /** Names this call of `publishToNats()`. */
  readonly runId: string;
  /**
   * Resolves when the publication has ended: with an error if it ended by itself, because another robot uses the prefix
   * or the connection is closed for good.
   */
  readonly closed: Promise<Error | undefined>;
  /** Returns statistics, as a new object for each call. */
  stats(): NatsPublicationStats;
  /** Tells the edges that the robot ends. The server and the connection stay open. */
  close(): Promise<void>;
}

/** Returns the error for a prefix that another robot uses. */
export function usedTwice({ prefix }: Subjects): Error {
  return new Error(`${CANNOT}: another robot uses the prefix "${prefix}"; each robot needs its own`);
}

/** Publishes one server until it is closed. */
export class RobotPublication implements NatsPublication {
  readonly runId: string = randomToken();
  readonly closed: Promise<Error | undefined>;
  readonly #resolveClosed: (error: Error | undefined) => void;
  readonly #startedAt = Date.now();
  readonly #clock: Clock;
  readonly #link: NatsLink;
  readonly #subjects: Subjects;
  readonly #stream: StateStream;
  readonly #writer: StateWriter;
  readonly #state: RobotState;
  readonly #upstream: ReturnType<typeof localUpstream>;
  readonly #requests: RequestServer;
  readonly #publications: RobotPublications;
  readonly #period = new ClockPeriod();
  readonly #wishes = new AllWishes();
  readonly #counts: ExportCounts = { messages: 0, bytes: 0, dropped: 0 };
  readonly #end = new AbortController();
  readonly #unsubscribe: (() => void)[] = [];
  #cancelHeartbeat: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #refreshedAt = -Infinity;
  #putAllAt: number;
  #closing: Promise<void> | undefined;

  constructor(
    server: FoxgloveServer,
    connection: NatsConnection,
    points: ExtensionPoints,
    subjects: Subjects,
    stream: StateStream,
    { identity, maxUnconfirmedBytes }: Required<PublishToNatsOptions>,
  ) {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    const { clock, logger } = points;
    const label = `NATS: ${subjects.prefix}`;
    this.#clock = clock;
    this.#subjects = subjects;
    this.#stream = stream;
    this.#putAllAt = clock.now();
    const run = this.runId;
    const link = new NatsLink({ connection, clock, logger, label, maxUnconfirmedBytes });
    this.#link = link;
    const { window, maxFrameBytes, sentMs } = link;
    const subjectOf = (key: string) => subjects.statePrefix(run) + key;
    this.#writer = new StateWriter({ window, clock, subjectOf, maxFrameBytes, sentMs });
    this.#state = new RobotState({
      server,
      link,
      points,
      subjects,
      run,
      state: this.#writer,
      period: () => this.#period.current,
      counts: this.#counts,
    });
    this.#upstream = localUpstream(server, identity, {
      write: (text) => logger.warn(`${label}: ${text}`),
    });
    this.#publications = new RobotPublications(this.#upstream);
    const answerer = {
      upstream: this.#upstream,
      signal: this.#end.signal,
      service: this.#state.service.bind(this.#state),
    };
    this.#requests = new RequestServer({
      link,
      subject: subjects.requestsTo(run),
      answer: (subject, body) => answerRequest(answerer, subjects.kindOf(subject), body),
    });
    this.#subscribe();
    link.follow({
      disconnected: () => {},
      reconnected: () => void this.#restore(),
      closed: () => this.#fail(new Error("the connection to NATS is closed for good")),
    });
    this.#upstream.open(this.#state);
    this.#beat();
    void server.closed.then(() => this.close());
  }

  stats(): NatsPublicationStats {
    return {
      edges: this.#wishes.size,
      channels: this.#state.channels,
      used: this.#state.used,
      ...this.#counts,
      unconfirmedBytes: this.#link.window.unconfirmed,
      waitingState: this.#writer.waiting,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish(undefined);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #subscribe(): void {
    const { want, alive, hello, prefix } = this.#subjects;
    const link = this.#link;
    this.#unsubscribe.push(
      link.subscribe(want, ({ data }) => this.#receiveWishes(data)),
      link.subscribe(alive, ({ data }) => this.#receiveRival(data)),
      link.subscribe(this.#subjects.refresh(this.runId), () => this.#refresh()),
      link.subscribe(this.#subjects.publishesTo(this.runId), ({ data, subject }) => {
        this.#publications.receive(this.#subjects.publicationOf(subject), data);
      }),
      link.subscribe(hello, ({ reply }) => {
        if (reply) link.window.send(reply, prefix);
      }),
    );
  }

  #receiveWishes(data: Uint8Array): void {
    const wishes = decodeWishes(data);
    if (!wishes) return;
    // The edge waits for a heartbeat.
    if (wishes.run !== this.runId) return this.#sendHeartbeat(false);
    this.#wishes.set(wishes, this.#clock.now());
    this.#applyWishes();
  }

  #applyWishes(): void {
    const parameters = this.#wishes.parameters();
    this.#state.useChannels(this.#wishes.channels());
    this.#state.watchParameters(parameters);
    this.#upstream.watchParameters(parameters);
    this.#state.watchGraph(this.#wishes.hasGraph);
    this.#upstream.watchGraph(this.#wishes.hasGraph);
    this.#publications.set(this.#wishes.publications());
  }

  #receiveRival(data: Uint8Array): void {
    const other = decodeHeartbeat(data);
    if (!other || other.run === this.runId || other.isLast) return;
    if (mustEnd({ run: this.runId, startedAt: this.#startedAt }, other)) this.#fail(usedTwice(this.#subjects));
  }

  /** An edge lacks state. The stream may have lost it. */
  #refresh(): void {
    if (this.#clock.now() - this.#refreshedAt < REFRESH_MS) return;
    void this.#restore();
  }

  /** Creates the stream again if it is lost, and puts all state into it. */
  async #restore(): Promise<void> {
    this.#refreshedAt = this.#clock.now();
    this.#cancelRetry?.();
    try {
      await this.#stream.create();
    } catch (error) {
      // Without a connection, this follows the reconnect. Until then, the client of NATS would keep each request.
      if (this.#end.signal.aborted || !this.#link.window.isConnected) return;
      this.#link.logger.warn(`${this.#link.label}: ${textOf(error)}; trying again`);
      this.#cancelRetry = this.#clock.after(RETRY_MS, () => void this.#restore());
      return;
    }
    if (this.#end.signal.aborted) return;
    this.#putAllAt = this.#clock.now();
    this.#writer.putAll();
    this.#sendHeartbeat(false);
  }

  #beat(): void {
    const now = this.#clock.now();
    this.#period.check(now, Date.now());
    if (this.#wishes.expire(now)) this.#applyWishes();
    if (now - this.#putAllAt >= STATE_MAX_AGE_MS / 2) void this.#restore();
    this.#sendHeartbeat(false);
    this.#cancelHeartbeat = this.#clock.after(HEARTBEAT_MS, () => this.#beat());
  }

  #sendHeartbeat(isLast: boolean): void {
    const { sentMs, window } = this.#link;
    // Before the description is there, an edge could not show anything.
    if (!window.isConnected || this.#writer.version === 0 && !isLast) return;
    window.send(
      this.#subjects.alive,
      encodeHeartbeat({
        run: this.runId,
        startedAt: this.#startedAt,
        version: this.#writer.version >>> 0,
        sentMs: sentMs(),
        period: this.#period.current,
        isLast,
      }),
    );
  }

  /** Ends, because it cannot go on. */
  #fail(error: Error): void {
    if (this.#closing) return;
    this.#link.logger.error(`${this.#link.label}: ${error.message}`);
    this.#closing = this.#finish(error);
  }

  async #finish(error: Error | undefined): Promise<void> {
    this.#end.abort();
    this.#cancelHeartbeat?.();
    this.#cancelRetry?.();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#requests.close();
    this.#writer.close();
    this.#state.close();
    if (!this.#link.connection.isClosed()) this.#sendHeartbeat(true);
    this.#link.close();
    await this.#upstream.close();
    this.#resolveClosed(error);
  }
}
