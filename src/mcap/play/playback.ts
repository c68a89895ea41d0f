// Playback: plays, pauses and seeks. Sends messages when they are due.

import type { Clock } from "../../clock.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { PlaybackState, PlaybackStatus } from "../../protocol/playback.ts";
import type { McapMessage, McapSelection } from "../reader/mcap_message.ts";
import type { McapTimeRange } from "../reader/time_range.ts";
import { FileCursor } from "./file_cursor.ts";
import { MessageFeed } from "./message_feed.ts";
import type { PlayChannels } from "./play_channels.ts";
import type { PlayFiles } from "./play_files.ts";
import { PlaybackTime } from "./playback_time.ts";
import { readSnapshot, type Snapshot } from "./seek_snapshot.ts";

/** Messages that are due within this time are sent now, because timers are not more exact. In ms. */
const SLACK_MS = 0.5;
/** How many messages are sent at once. More would delay everything else. */
const MAX_MESSAGES = 1000;
/** How often the clock of apps is updated while no message is due, in ms. */
const CLOCK_MS = 33;
/** Reading that takes longer stops the time, in ms. */
const BUFFERING_MS = 250;
/** Passes of a loop that are shorter are followed by a pause, in ms. */
const MIN_PASS_MS = 1000;

/**
 * When latched messages are sent again after a new session, in ms. Apps show their panels anew then, without another
 * subscription. Lichtblick drops the messages that arrive meanwhile.
 */
const REPEATS_MS = [1000, 3000];

/** Where messages and states are sent: the parts of a server. */
export interface PlaybackOutput {
  sendMessage(channelId: ChannelId, timestamp: bigint, payload: Uint8Array): void;
  broadcastTime(timestamp: bigint, options?: { newSession?: boolean }): void;
  /** Sends the latched messages of a channel again. */
  repeatLatched(channelId: ChannelId): void;
}

/** Options of {@linkcode Playback}. */
export interface PlaybackInit {
  readonly output: PlaybackOutput;
  readonly files: PlayFiles;
  readonly channels: PlayChannels;
  /** Selects the messages. */
  readonly selection: McapSelection;
  /** The first and the last time. */
  readonly range: McapTimeRange;
  readonly rate: number;
  readonly loop: boolean;
  readonly clock: Clock;
  /** Whether a client controls playback. If not, clients cannot understand that time goes back. */
  hasController(): boolean;
  /** Called after each change that no call of `change()` has made. */
  onChange(state: PlaybackState): void;
}

/** Changes of the state. */
export interface PlaybackChange {
  /** The new time in ns. */
  readonly seekTime?: bigint;
  readonly rate?: number;
  readonly isPlaying?: boolean;
}

/** Plays files. It uses timers only while it plays. */
export class Playback {
  /** Whether playback begins again at the end. */
  loop: boolean;
  readonly #init: PlaybackInit;
  readonly #clock: Clock;
  readonly #time: PlaybackTime;
  #isPlaying = false;
  #isBuffering = false;
  #isEnded = false;
  #isClosed = false;
  /** Undefined while a seek loads. */
  #feed: MessageFeed | undefined;
  #loading = new AbortController();
  /** Work that must end before the files are closed. */
  readonly #pending = new Set<Promise<unknown>>();
  #cancelTimer = (): void => {};
  #cancelBuffering = (): void => {};
  #cancelRepeats: readonly (() => void)[] = [];
  /** The last time that clients received. */
  #sentTime: bigint | undefined;
  /** When the current pass of a loop began, by the clock. */
  #passBegan = -Infinity;

  constructor(init: PlaybackInit) {
    const { clock, range: { start, end }, rate, loop } = init;
    this.#init = init;
    this.#clock = clock;
    this.loop = loop;
    this.#time = new PlaybackTime(clock, start, end, rate);
  }

  /** The current state. */
  get state(): PlaybackState {
    return { status: this.#status, currentTime: this.#time.now, speed: this.#time.rate, didSeek: false };
  }

  /** Prepares the start, and sends what precedes it. */
  async load(): Promise<void> {
    await this.#load(this.#init.range.start, Promise.resolve());
  }

  /** Seeks, then sets the rate, then plays or pauses. Returns the new state, which the caller sends to clients. */
  change({ seekTime, rate, isPlaying }: PlaybackChange): PlaybackState {
    const { start } = this.#init.range;
    const target = seekTime ?? (this.#isEnded && isPlaying ? start : undefined);
    if (target !== undefined) this.#seek(this.#clamped(target));
    if (rate !== undefined) this.#time.rate = rate;
    if (isPlaying !== undefined && !this.#isEnded) this.#setPlaying(isPlaying);
    // A turn later, so that the state is sent before messages.
    this.#setTimer(0, () => this.#resume());
    return { ...this.state, didSeek: target !== undefined };
  }

  /** Stops. Resolves when nothing is read any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#setPlaying(false);
    this.#unload();
    await Promise.allSettled(this.#pending);
  }

  get #status(): PlaybackStatus {
    if (this.#isEnded) return "ended";
    if (!this.#isPlaying) return "paused";
    return this.#isBuffering ? "buffering" : "playing";
  }

  #setPlaying(isPlaying: boolean): void {
    if (isPlaying === this.#isPlaying) return;
    this.#isPlaying = isPlaying;
    if (isPlaying) {
      this.#passBegan = this.#clock.now();
      return;
    }
    this.#cancelTimers();
    this.#time.run(false);
    if (!this.#isClosed && this.#feed) this.#sendTime(this.#time.now);
  }

  /** Continues playback, unless it is paused. */
  #resume(): void {
    if (!this.#isPlaying || this.#isClosed) return;
    if (!this.#feed) return this.#expectData();
    this.#time.run(true);
    this.#tick(this.#feed);
  }

  #seek(time: bigint): void {
    this.#unload();
    this.#isEnded = false;
    this.#time.run(false);
    this.#time.set(time);
    // A turn later, so that the state is sent first, by which clients know that the time has jumped.
    const turn = new Promise<void>((resolve) => this.#clock.after(0, resolve, { keepsAlive: true }));
    this.#track(this.#load(time, turn));
  }

  #unload(): void {
    this.#cancelTimers();
    this.#cancelRepeats.forEach((cancel) => cancel());
    this.#loading.abort();
    if (this.#feed) this.#track(this.#feed.close());
    this.#feed = undefined;
  }

  /** Reads what clients need at a time, and sends it after `turn`. */
  async #load(time: bigint, turn: Promise<void>): Promise<void> {
    const { files, channels } = this.#init;
    const loading = new AbortController();
    this.#loading = loading;
    const { signal } = loading;
    let snapshot: Snapshot;
    try {
      snapshot = await readSnapshot(files, channels, time, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    await turn;
    if (signal.aborted) return;
    this.#sendSnapshot(snapshot, time);
    const feed = this.#open(time);
    this.#feed = feed;
    await feed.ready();
    if (!signal.aborted) this.#haveData();
  }

  #open(time: bigint): MessageFeed {
    const { files, selection, range: { end } } = this.#init;
    // The last time is included.
    const part = { ...selection, start: time, end: end + 1n };
    return new MessageFeed(
      files.files.filter(({ range }) => range && range.end >= time).map((file) =>
        new FileCursor(file, part, (file, error) => files.report(file, error))
      ),
    );
  }

  #sendSnapshot({ latched, transforms }: Snapshot, time: bigint): void {
    const { output, hasController } = this.#init;
    const isBackward = this.#sentTime !== undefined && time < this.#sentTime;
    const newSession = isBackward && !hasController();
    // The server sends latched messages again after the new session has begun.
    if (newSession) this.#send(latched);
    this.#sentTime = time;
    output.broadcastTime(time, { newSession });
    if (!newSession) this.#send(latched);
    this.#send(transforms);
    if (newSession) this.#repeatLater();
  }

  /** Sends latched messages again when apps show their panels. */
  #repeatLater(): void {
    const { output, channels } = this.#init;
    const repeat = () => channels.stateIds.forEach((id) => output.repeatLatched(id));
    this.#cancelRepeats = REPEATS_MS.map((ms) => this.#clock.after(ms, repeat));
  }

  #send(messages: readonly McapMessage[]): void {
    const { output, channels } = this.#init;
    for (const { channel, logTime, data } of messages) {
      const id = channels.idOf(channel);
      if (id !== undefined) output.sendMessage(id, logTime, data);
    }
  }

  /** Sends all messages that are due, and sets a timer for the next one. */
  #tick(feed: MessageFeed): void {
    const { end } = this.#init.range;
    const due: McapMessage[] = [];
    let head = feed.head;
    while (head && this.#time.until(head.logTime) <= SLACK_MS && due.length < MAX_MESSAGES) {
      due.push(head);
      feed.take();
      head = feed.head;
    }
    const last = due.at(-1)?.logTime;
    const isBehind = due.length === MAX_MESSAGES;
    // More messages are due than can be sent. The time waits for them.
    if (isBehind) this.#time.set(last!);
    const { now } = this.#time;
    this.#sendTime(last !== undefined && last > now ? last : now);
    this.#send(due);
    // A method of a sink may have closed the player.
    if (!this.#isPlaying || feed !== this.#feed) return;
    if (!head && !feed.isEnded) {
      this.#expectData();
      this.#track(
        feed.ready().then(() => {
          if (feed === this.#feed) this.#haveData();
        }),
      );
    } else if (!head && now === end) {
      this.#end();
    } else {
      const waitMs = isBehind ? 0 : Math.min(CLOCK_MS, this.#time.until(head?.logTime ?? end));
      this.#setTimer(waitMs, () => this.#tick(feed));
    }
  }

  #sendTime(time: bigint): void {
    // It must not go back, not even by the slack.
    if (this.#sentTime !== undefined && time <= this.#sentTime) return;
    this.#sentTime = time;
    this.#init.output.broadcastTime(time);
  }

  /** Stops the time if data does not arrive soon. */
  #expectData(): void {
    this.#cancelBuffering();
    this.#cancelBuffering = this.#clock.after(BUFFERING_MS, () => {
      this.#isBuffering = true;
      this.#time.run(false);
      if (this.#feed && this.#sentTime !== undefined) this.#time.set(this.#sentTime);
      this.#init.onChange(this.state);
    }, { keepsAlive: true });
  }

  #haveData(): void {
    this.#cancelBuffering();
    const wasBuffering = this.#isBuffering;
    this.#isBuffering = false;
    if (wasBuffering && this.#isPlaying) this.#init.onChange(this.state);
    this.#setTimer(0, () => this.#resume());
  }

  #end(): void {
    const { range: { start } } = this.#init;
    const restMs = this.#passBegan + MIN_PASS_MS - this.#clock.now();
    if (this.loop && restMs > 0) {
      this.#setTimer(restMs, () => this.#end());
    } else if (this.loop) {
      this.#passBegan = this.#clock.now();
      this.#init.onChange(this.change({ seekTime: start }));
    } else {
      this.#setPlaying(false);
      this.#isEnded = true;
      this.#init.onChange(this.state);
    }
  }

  /** Replaces the timer. Sets none while nothing is played. */
  #setTimer(ms: number, callback: () => void): void {
    this.#cancelTimer();
    if (!this.#isPlaying || this.#isClosed) return;
    this.#cancelTimer = this.#clock.after(Math.max(0, ms), () => {
      try {
        callback();
      } catch {
        // The server throws in all calls after `runCancellable()` has closed it.
        this.#setPlaying(false);
      }
    }, { keepsAlive: true });
  }

  #cancelTimers(): void {
    this.#cancelTimer();
    this.#cancelBuffering();
    this.#isBuffering = false;
  }

  #clamped(time: bigint): bigint {
    const { start, end } = this.#init.range;
    return time < start ? start : time > end ? end : time;
  }

  #track(work: Promise<unknown>): void {
    this.#pending.add(work);
    const done = () => this.#pending.delete(work);
    work.then(done, done);
  }
}
