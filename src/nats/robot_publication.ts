// RobotPublication: a server that is published to NATS: heartbeats, wishes of edges, and what happens after faults.

import type { ExtensionPoints } from "../server/extensions.ts";
import type { FoxgloveServer } from "../server/server.ts";
import { ClockPeriod } from "./age_filter.ts";
import type { ExportCounts } from "./exported_channel.ts";
import type { StateStream } from "./jet_stream.ts";
import { EdgeAges } from "./edge_ages.ts";
import { localUpstream } from "./local_upstream.ts";
import type { NatsConnection } from "./nats_connection.ts";
import { NatsLink } from "./nats_link.ts";
import type { PublishToNatsOptions } from "./nats_options.ts";
import { type NatsPublication, type NatsPublicationStats, usedTwice } from "./nats_publication.ts";
import { decodeHeartbeat, encodeHeartbeat, HEARTBEAT_MS, mustEnd } from "./presence.ts";
import { RequestServer } from "./request_server.ts";
import { RobotPublications } from "./robot_publications.ts";
import { answerRequest, failureBody } from "./robot_requests.ts";
import { RobotState } from "./robot_state.ts";
import { StateKeeper } from "./state_keeper.ts";
import { StateWriter } from "./state_writer.ts";
import { randomToken, type Subjects } from "./subjects.ts";
import { AllWishes, decodeWishes } from "./wishes.ts";

const TOO_LATE = failureBody("the request was too old when it arrived at the robot");

/** Publishes one server until it is closed. */
export class RobotPublication implements NatsPublication {
  readonly runId: string = randomToken();
  readonly closed: Promise<Error | undefined>;
  readonly #resolveClosed: (error: Error | undefined) => void;
  readonly #startedAt = Date.now();
  readonly #link: NatsLink;
  readonly #subjects: Subjects;
  readonly #keeper: StateKeeper;
  readonly #writer: StateWriter;
  readonly #state: RobotState;
  readonly #upstream: ReturnType<typeof localUpstream>;
  readonly #requests: RequestServer;
  readonly #publications: RobotPublications;
  readonly #period = new ClockPeriod();
  readonly #ages: EdgeAges;
  readonly #wishes = new AllWishes();
  readonly #counts: ExportCounts = { messages: 0, bytes: 0, dropped: 0 };
  readonly #end = new AbortController();
  readonly #unsubscribe: (() => void)[] = [];
  #cancelHeartbeat: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    server: FoxgloveServer,
    connection: NatsConnection,
    points: ExtensionPoints,
    subjects: Subjects,
    stream: StateStream,
    { identity, maxUnconfirmedBytes, maxAgeMs }: Required<PublishToNatsOptions>,
  ) {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    const { clock, logger } = points;
    const label = `NATS: ${subjects.prefix}`;
    this.#subjects = subjects;
    const run = this.runId;
    const link = new NatsLink({ connection, clock, logger, label, maxUnconfirmedBytes });
    this.#link = link;
    const { window, maxFrameBytes, sentMs } = link;
    const subjectOf = (key: string) => subjects.statePrefix(run) + key;
    this.#writer = new StateWriter({ window, clock, subjectOf, maxFrameBytes, sentMs });
    this.#keeper = new StateKeeper({
      link,
      stream,
      writer: this.#writer,
      onRestored: () => this.#sendHeartbeat(false),
    });
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
    this.#ages = new EdgeAges(maxAgeMs, () => clock.now());
    this.#publications = new RobotPublications(this.#upstream, this.#ages);
    const answerer = {
      upstream: this.#upstream,
      signal: this.#end.signal,
      service: this.#state.service.bind(this.#state),
    };
    this.#requests = new RequestServer({
      link,
      subject: subjects.requestsTo(run),
      answer: (subject, body) => answerRequest(answerer, subjects.kindOf(subject), body),
      refuse: (reply, sent) => this.#ages.accepts(subjects.edgeOf(reply), sent) ? undefined : TOO_LATE,
    });
    this.#subscribe();
    link.follow({
      disconnected: () => {},
      reconnected: () => void this.#keeper.restore(),
      // The link has logged it already.
      closed: () => this.#endWith(new Error("the connection to NATS is closed for good")),
      dropped: () => this.#counts.dropped,
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
      tooOld: this.#ages.tooOld,
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
      link.subscribe(this.#subjects.refresh(this.runId), () => this.#keeper.refresh()),
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
    this.#ages.observe(wishes.edge, wishes);
    // The edge waits for a heartbeat.
    if (wishes.run !== this.runId) return this.#sendHeartbeat(false);
    this.#wishes.set(wishes, this.#link.clock.now());
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
    if (this.#closing || !mustEnd({ run: this.runId, startedAt: this.#startedAt }, other)) return;
    const error = usedTwice(this.#subjects);
    this.#link.logger.error(`${this.#link.label}: ${error.message}`);
    this.#endWith(error);
  }

  #beat(): void {
    const now = this.#link.clock.now();
    this.#period.check(now, Date.now());
    if (this.#wishes.expire(now)) this.#applyWishes();
    this.#keeper.tick();
    this.#sendHeartbeat(false);
    this.#cancelHeartbeat = this.#link.clock.after(HEARTBEAT_MS, () => this.#beat());
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

  #endWith(error: Error): void {
    this.#closing ??= this.#finish(error);
  }

  async #finish(error: Error | undefined): Promise<void> {
    this.#end.abort();
    this.#cancelHeartbeat?.();
    this.#keeper.close();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#requests.close();
    this.#writer.close();
    this.#state.close();
    this.#sendHeartbeat(true);
    this.#link.close();
    await this.#upstream.close();
    this.#resolveClosed(error);
  }
}
