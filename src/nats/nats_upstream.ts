// NatsUpstream: a robot on NATS as an upstream of a mirror.

import type { Channel } from "../protocol/channels.ts";
import { StatusLevel } from "../protocol/status.ts";
import type { PublicationInit, Upstream, UpstreamPublication, UpstreamSink } from "../relay/mirror/upstream.ts";
import { AgeFilter, ClockPeriod } from "./age_filter.ts";
import type { EdgeCounts } from "./edge_channel.ts";
import { EdgePublications } from "./edge_publications.ts";
import { EdgeRequests } from "./edge_requests.ts";
import { EdgeRun } from "./edge_run.ts";
import type { NatsLink } from "./nats_link.ts";
import { decodeHeartbeat, type Heartbeat, HEARTBEAT_MS, Presence } from "./presence.ts";
import { StateReporter } from "./state_reporter.ts";
import { randomToken, type Subjects } from "./subjects.ts";
import { WishesSender } from "./wishes_sender.ts";

const RIVAL_ID = "nats-rival";
/** After this time without any heartbeat, the robot is reported as missing, in ms. */
const MISSING_MS = 5000;
const CONNECTION_LOST = "the connection to NATS is lost";
const CONNECTION_CLOSED = "the connection to NATS is closed for good";

/** The upstream of one robot. Heartbeats decide which run of the robot it follows, and whether the robot is away. */
export class NatsUpstream implements Upstream {
  readonly logsAbsence = true;
  readonly counts: EdgeCounts = { tooOld: 0, incomplete: 0 };
  readonly #edge = randomToken();
  readonly #link: NatsLink;
  readonly #subjects: Subjects;
  readonly #age: AgeFilter;
  readonly #period = new ClockPeriod();
  readonly #presence = new Presence();
  readonly #requests: EdgeRequests;
  readonly #publications: EdgePublications;
  readonly #wishes: WishesSender;
  #sink: UpstreamSink | undefined;
  #reporter: StateReporter | undefined;
  #run: EdgeRun | undefined;
  #endHeartbeats: (() => void) | undefined;
  #inboxes = 0;
  #parameters: ReadonlySet<string> = new Set();
  #isGraphWatched = false;
  #hasRival = false;
  /** When heartbeats could arrive for the first time, or again. */
  #openedAt = 0;
  #isMissing = false;
  #cancelTick: (() => void) | undefined;
  #tickDueAt = 0;
  #isClosed = false;

  constructor(link: NatsLink, subjects: Subjects, maxAgeMs: number) {
    this.#link = link;
    this.#subjects = subjects;
    this.#age = new AgeFilter(maxAgeMs);
    const sentTime = () => ({ sentMs: link.sentMs(), period: this.#period.current });
    this.#requests = new EdgeRequests({ link, subjects, edge: this.#edge, run: () => this.#runId, sentTime });
    this.#publications = new EdgePublications({
      link,
      subjectOf: (topic, id) => this.#runId && subjects.publish(topic, this.#runId, this.#edge, id),
      sentTime,
      onChange: () => this.#wishes.changed(),
      announce: () => this.#wishes.sendIfChanged(),
    });
    this.#wishes = new WishesSender(link, subjects.want, () => ({
      edge: this.#edge,
      run: this.#runId ?? "",
      channels: this.#run?.channels ?? new Set(),
      parameters: this.#parameters,
      graph: this.#isGraphWatched,
      publications: this.#publications.list,
      ...sentTime(),
    }));
  }

  /** The current run of the robot, or `undefined` while it is away. */
  get #runId(): string | undefined {
    return this.#presence.isAway ? undefined : this.#presence.run;
  }

  open(sink: UpstreamSink): void {
    this.#sink = sink;
    this.#reporter = new StateReporter(sink, () => this.#parameters);
    this.#endHeartbeats = this.#link.subscribe(this.#subjects.alive, ({ data }) => {
      const heartbeat = decodeHeartbeat(data);
      if (heartbeat) this.#receiveHeartbeat(heartbeat);
    });
    this.#link.follow({
      disconnected: () => this.#requests.fail(CONNECTION_LOST),
      reconnected: () => {
        this.#openedAt = this.#link.clock.now();
        this.#run?.reconnected();
        this.#wishes.send();
      },
      closed: () => this.#lost(CONNECTION_CLOSED),
    });
    this.#openedAt = this.#link.clock.now();
    this.#tickDueAt = this.#openedAt;
    this.#tick();
  }

  stop(): void {
    this.#reporter?.stop();
    void this.close();
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#cancelTick?.();
    this.#endHeartbeats?.();
    this.#requests.close();
    this.#run?.close();
    this.#parameters = new Set();
    this.#isGraphWatched = false;
    // The wishes of this edge end at once.
    this.#wishes.send();
    this.#link.close();
    return Promise.resolve();
  }

  subscribe(channel: Channel): void {
    if (this.#run?.subscribe(channel)) this.#wishes.changed();
  }

  unsubscribe(channel: Channel): void {
    if (this.#run?.unsubscribe(channel)) this.#wishes.changed();
  }

  watchParameters(names: ReadonlySet<string>): void {
    const added = [...names].filter((name) => !this.#parameters.has(name));
    this.#parameters = new Set(names);
    this.#wishes.changed();
    if (!this.#presence.isAway) this.#run?.reportParameters(added);
  }

  watchGraph(isWatched: boolean): void {
    this.#isGraphWatched = isWatched;
    this.#wishes.changed();
  }

  getParameters(...args: Parameters<Upstream["getParameters"]>): ReturnType<Upstream["getParameters"]> {
    return this.#requests.getParameters(...args);
  }

  setParameters(...args: Parameters<Upstream["setParameters"]>): ReturnType<Upstream["setParameters"]> {
    return this.#requests.setParameters(...args);
  }

  callService(...args: Parameters<Upstream["callService"]>): ReturnType<Upstream["callService"]> {
    return this.#requests.callService(...args);
  }

  fetchAsset(...args: Parameters<Upstream["fetchAsset"]>): ReturnType<Upstream["fetchAsset"]> {
    return this.#requests.fetchAsset(...args);
  }

  controlPlayback(...args: Parameters<Upstream["controlPlayback"]>): ReturnType<Upstream["controlPlayback"]> {
    return this.#requests.controlPlayback(...args);
  }

  advertise(channel: PublicationInit): UpstreamPublication {
    return this.#publications.add(channel);
  }

  #tick(): void {
    const { clock } = this.#link;
    const now = clock.now();
    // The ages stay: a step of the wall clock does not concern them, and if this machine was suspended, all messages
    // seem newer, which the filter notices.
    this.#period.check(now, Date.now());
    // After a pause of this process, heartbeats may have arrived that are not read yet. The next tick decides.
    const hasPaused = now - this.#tickDueAt >= HEARTBEAT_MS;
    if (!hasPaused && this.#presence.check(now)) this.#lost(this.#silenceReason());
    if (this.#presence.run === undefined && now - this.#openedAt >= MISSING_MS) this.#reportMissing();
    this.#wishes.tick();
    this.#tickDueAt = now + HEARTBEAT_MS;
    this.#cancelTick = clock.after(HEARTBEAT_MS, () => this.#tick());
  }

  #receiveHeartbeat(heartbeat: Heartbeat): void {
    switch (this.#presence.receive(heartbeat, this.#link.clock.now())) {
      case "begun":
        this.#begin(heartbeat);
        break;
      case "returned":
        this.#wishes.send();
        this.#run?.report();
        break;
      case "ended":
        return this.#lost("the robot has ended");
      case "rival":
        return this.#showRival();
      case "ignored":
        return;
      case "same":
        break;
    }
    this.#age.ageOf(heartbeat, this.#link.clock.now());
    this.#run?.heartbeat(heartbeat.version);
  }

  /** Returns why no heartbeats arrive. */
  #silenceReason(): string {
    const { connection, window } = this.#link;
    if (connection.isClosed()) return CONNECTION_CLOSED;
    return window.isConnected ? "the robot sends no heartbeats" : CONNECTION_LOST;
  }

  /** A wrong prefix, a robot that is off, and one that NATS without JetStream has refused look the same. */
  #reportMissing(): void {
    const { logger, label, window } = this.#link;
    if (this.#isMissing || !window.isConnected) return;
    this.#isMissing = true;
    const reason = `no robot with the prefix "${this.#subjects.prefix}" has been seen on this NATS`;
    logger.warn(
      `${label}: ${reason}; check that it is started, that its log has no error, and that its prefix is the same`,
    );
    this.#lost(reason);
  }

  /** Follows another run from now on. */
  #begin({ run }: Heartbeat): void {
    const [sink, reporter] = [this.#sink, this.#reporter];
    if (!sink || !reporter) return;
    if (this.#run) this.#lost("the robot has started again");
    this.#run?.close();
    this.#age.reset();
    this.#run = new EdgeRun({
      link: this.#link,
      subjects: this.#subjects,
      run,
      age: this.#age,
      counts: this.counts,
      sink,
      reporter,
      newInbox: () => this.#subjects.reply(this.#edge, `s.${++this.#inboxes}`),
      isAway: () => this.#presence.isAway,
    });
    this.#wishes.send();
  }

  /** The robot cannot be reached. Everything that it has is reported again when it is back. */
  #lost(reason: string): void {
    this.#requests.fail(reason);
    this.#run?.unsubscribeAll();
    this.#hasRival = false;
    this.#reporter?.disconnected(reason);
  }

  #showRival(): void {
    if (this.#hasRival) return;
    this.#hasRival = true;
    const message = `two robots use the prefix "${this.#subjects.prefix}"; only the newer one is shown`;
    this.#link.logger.error(`${this.#link.label}: ${message}`);
    this.#sink?.status({ op: "status", level: StatusLevel.ERROR, message, id: RIVAL_ID });
  }
}
