// EdgeRun: what an edge receives of one run of a robot: its state, events and messages.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId } from "../protocol/ids.ts";
import { latchDepthOf } from "../protocol/latch_depth.ts";
import type { UpstreamSink } from "../relay/mirror/upstream.ts";
import type { AgeFilter } from "./age_filter.ts";
import { EdgeChannel, type EdgeCounts } from "./edge_channel.ts";
import { escapeName } from "./escaping.ts";
import { FrameReader } from "./frames.ts";
import { StateStream } from "./jet_stream.ts";
import type { NatsLink } from "./nats_link.ts";
import { StateReader } from "./state_reader.ts";
import type { StateReporter } from "./state_reporter.ts";
import type { Subjects } from "./subjects.ts";
import { decodeServerBody } from "./wire.ts";

/** What a run needs. */
export interface EdgeRunOptions {
  readonly link: NatsLink;
  readonly subjects: Subjects;
  /** Names the run. */
  readonly run: string;
  readonly age: AgeFilter;
  readonly counts: EdgeCounts;
  readonly sink: UpstreamSink;
  readonly reporter: StateReporter;
  /** Returns a new subject for the state. */
  readonly newInbox: () => string;
  /** Whether the robot cannot be reached. */
  readonly isAway: () => boolean;
}

/** Ends when another run begins. While the robot is away, the state is kept. */
export class EdgeRun {
  readonly #options: EdgeRunOptions;
  readonly #state: StateReader;
  readonly #endEvents: () => void;
  readonly #channels = new Map<ChannelId, { readonly channel: EdgeChannel; readonly close: () => void }>();

  constructor(options: EdgeRunOptions) {
    const { link, subjects, run, reporter, newInbox, isAway } = options;
    this.#options = options;
    this.#state = new StateReader({
      link,
      stream: new StateStream(link.connection, subjects),
      run,
      subjectPrefix: subjects.statePrefix(run),
      newInbox,
      refresh: () => void link.window.send(subjects.refresh(run), ""),
      onChange: (key, body, before) => {
        if (!reporter.isConnected) return;
        if (key.startsWith("latch.")) this.#channels.get(channelOf(key))?.channel.receiveLatched(body);
        else reporter.changed(body, before);
      },
      onComplete: () => {
        if (!isAway()) this.report();
      },
    });
    this.#endEvents = link.subscribe(subjects.event(run, "*"), ({ data, subject }) => {
      this.#receiveEvent(subject.slice(subject.lastIndexOf(".") + 1), data);
    });
  }

  /** The ids of the subscribed channels. */
  get channels(): Set<number> {
    return new Set(this.#channels.keys());
  }

  /** Reports everything that the robot has, if it is known. */
  report(): void {
    if (this.#state.isComplete) this.#options.reporter.connected(this.#state.values);
  }

  /** Reports parameters that are watched now, if they are known. */
  reportParameters(names: readonly string[]): void {
    this.#options.reporter.parameters(this.#state.values, names);
  }

  /** A heartbeat says which version of the state is the newest. */
  heartbeat(version: number): void {
    this.#state.heartbeat(version);
  }

  /** There is a connection again. NATS forgets consumers when it restarts. */
  reconnected(): void {
    this.#state.start();
  }

  /** Receives the messages of a channel. Returns whether it was not subscribed. */
  subscribe({ id, topic, metadata }: Channel): boolean {
    const { link, subjects, run, age, sink, counts } = this.#options;
    const subject = subjects.data(topic, run, id);
    if (!subject || this.#channels.has(id)) return false;
    const channel = new EdgeChannel({
      latchDepth: latchDepthOf(metadata),
      isNew: (frame) => age.accepts(frame, link.clock.now()),
      pass: ({ timestamp, payload }) => sink.message(id, timestamp, payload),
      counts,
    });
    this.#channels.set(id, { channel, close: link.subscribe(subject, ({ data }) => channel.receive(data)) });
    const latched = `latch.${escapeName(topic)}.${id}.`;
    channel.begin([...this.#state.values].flatMap(([key, body]) => key.startsWith(latched) ? [body] : []));
    return true;
  }

  /** Returns whether the channel was subscribed. */
  unsubscribe({ id }: Channel): boolean {
    this.#channels.get(id)?.close();
    return this.#channels.delete(id);
  }

  /** Ends all subscriptions, because the robot is away. */
  unsubscribeAll(): void {
    for (const { close } of this.#channels.values()) close();
    this.#channels.clear();
  }

  close(): void {
    this.unsubscribeAll();
    this.#endEvents();
    this.#state.close();
  }

  #receiveEvent(kind: string, data: Uint8Array): void {
    const { reporter, age, link, counts, sink } = this.#options;
    const event = new FrameReader().receive(data);
    if (!event || !reporter.isConnected) return;
    if (!age.accepts(event, link.clock.now())) {
      counts.tooOld += 1;
    } else if (kind === "time") {
      sink.time(event.timestamp, event.payload[0] === 1);
    } else {
      const status = decodeServerBody(event.payload.slice());
      if (status?.op === "status") sink.status(status);
    }
  }
}

/** Returns the id in the key of a latched message: `latch.TOPIC.ID.SLOT`. */
function channelOf(key: string): ChannelId {
  return Number(key.split(".")[2]) as ChannelId;
}
