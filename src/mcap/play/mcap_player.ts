// McapPlayer: plays MCAP files to the clients of a server.

import type { ClientId } from "../../server/client_info.ts";
import { extensionPointsOf } from "../../server/extensions.ts";
import { FoxgloveServer } from "../../server/server.ts";
import type { PlaybackState } from "../../protocol/playback.ts";
import { StatusLevel } from "../../protocol/status.ts";
import type { McapInput } from "../reader/seekable_source.ts";
import { type McapTimeRange, spanOf } from "../reader/time_range.ts";
import { checkSelection } from "./check_selection.ts";
import { mergeChannels } from "./merge_channels.ts";
import { PlayChannels } from "./play_channels.ts";
import { baseName, faultText, type McapFault, PlayFiles } from "./play_files.ts";
import { Playback, type PlaybackChange } from "./playback.ts";
import { playbackListener, type PlayerHooks } from "./playback_listener.ts";
import {
  checkRate,
  type McapPlayerOptions,
  type ResolvedPlayerOptions,
  resolvePlayerOptions,
} from "./player_options.ts";

/**
 * Plays MCAP files to the clients of a server, as if the recorded robot were live. Several files are played as one, in
 * the order of their log times. Apps that can control playback show a bar to play, pause, seek and change the speed.
 *
 * The server has the channels of the files, with their encodings, schemas and metadata. Channels that were latched when
 * `McapRecorder` recorded them are latched again, as are those of latched or transient-local publishers of ROS, and
 * those of the option `latch`. The timestamp of a message is its log time.
 *
 * After a seek, clients receive the newest earlier message of each latched channel, and the transforms of the 10
 * seconds before. If the time goes back and no client controls playback, a new session begins, so that apps clear their
 * plots.
 *
 * Slow clients do not slow it down: the server drops messages for them. Of a broken file, everything before the fault
 * is played. The fault is in {@linkcode McapPlayer.faults}, and is logged and sent to clients as a status.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { McapPlayer, McapWriter } from "@x/foxglove-ws/mcap";
 *
 * const path = await Deno.makeTempFile({ suffix: ".mcap" });
 * const writer = await McapWriter.open(path, { overwrite: true });
 * const channelId = writer.addChannel({ topic: "/battery", messageEncoding: "json" });
 * writer.write({ channelId, logTime: 5_000_000_000n, data: new TextEncoder().encode('{"volts":12.6}') });
 * await writer.close();
 *
 * await using player = await McapPlayer.open(path, { server: { port: 0 } });
 * await player.server.start();
 *
 * await using client = await FoxgloveClient.connect(player.server.url!);
 * const battery = client.subscribe("/battery");
 * await client.waitForChannel("/battery");
 * player.play();
 * for await (const { timestamp } of battery) {
 *   assertEquals(timestamp, 5_000_000_000n);
 *   break;
 * }
 * ```
 */
export class McapPlayer implements AsyncDisposable {
  readonly #server: FoxgloveServer;
  readonly #files: PlayFiles;
  readonly #options: ResolvedPlayerOptions;
  readonly #playback: Playback;
  readonly #range: McapTimeRange;
  /** The clients that have controlled playback. */
  readonly #controllers = new Set<ClientId>();
  readonly #life = new AbortController();
  #closing: Promise<void> | undefined;

  private constructor(files: PlayFiles, range: McapTimeRange, options: ResolvedPlayerOptions) {
    const { server: init, selection, filter, isLatched, rate, loop, logger, clock } = options;
    const { name = files.files.map(({ name }) => baseName(name)).join(", "), capabilities = [], listener } = init;
    this.#files = files;
    this.#range = range;
    this.#options = options;
    const server = new FoxgloveServer({
      ...init,
      name,
      capabilities: [...new Set([...capabilities, "playbackControl", "time"] as const)],
      dataStartTime: range.start,
      dataEndTime: range.end,
      listener: playbackListener(this.#hooks(), listener),
    });
    this.#server = server;
    this.#playback = new Playback({
      output: {
        broadcastTime: (timestamp, options) => server.broadcastTime(timestamp, options),
        repeatLatched: (channelId) => extensionPointsOf(server)?.repeatLatched(channelId),
        sendMessage: (channelId, timestamp, payload) => {
          // The program may have removed the channel.
          if (server.channels.has(channelId)) server.sendMessage(channelId, timestamp, payload);
        },
      },
      files,
      channels: new PlayChannels(server, mergeChannels(files.files, filter, isLatched), logger),
      selection,
      range,
      rate,
      loop,
      clock,
      hasController: () => this.#controllers.size > 0,
      onChange: (state) => this.#announce(state),
    });
    void server.closed.then(() => this.close());
  }

  /**
   * Opens files, and creates a server that does not listen yet. The player is paused at the start.
   *
   * @param files A file or several: paths, `file:` URLs, `Blob`s, bytes, or other sources, such as `httpSource()`.
   * @throws {McapError} If a file is not an MCAP file, or if no messages precede its fault.
   * @throws {RangeError} If no file has one of the topics, or messages between `start` and `end`, or if an option is
   * out of range.
   * @throws {TypeError} If an argument has the wrong type.
   */
  static async open(
    files: McapInput | readonly McapInput[],
    options: McapPlayerOptions = {},
  ): Promise<McapPlayer> {
    const resolved = resolvePlayerOptions(options);
    const { signal, logger } = resolved;
    signal?.throwIfAborted();
    let player: McapPlayer | undefined;
    const faults: McapFault[] = [];
    const inputs = isList(files) ? files : [files];
    const opened = await PlayFiles.open(inputs, signal, (fault) => {
      logger.error(faultText(fault));
      if (player) player.#sendFault(fault);
      else faults.push(fault);
    });
    try {
      player = new McapPlayer(opened, rangeOf(opened, resolved), resolved);
      for (const fault of faults) player.#sendFault(fault);
      await player.#playback.load();
      signal?.throwIfAborted();
    } catch (error) {
      await player?.close();
      await opened[Symbol.asyncDispose]();
      throw error;
    }
    const opening = player;
    signal?.addEventListener("abort", () => void opening.close(), { once: true, signal: opening.#life.signal });
    return opening;
  }

  /**
   * The server. Call its `start()`, or pass it requests. Programs may add channels, services and sinks of their own.
   * `setListener()` would end the control by clients: pass the option `listener` instead.
   */
  get server(): FoxgloveServer {
    return this.#server;
  }

  /** The time of the first message that is played, in ns. */
  get startTime(): bigint {
    return this.#range.start;
  }

  /** The time of the last message that is played, in ns. */
  get endTime(): bigint {
    return this.#range.end;
  }

  /** The current state, with the current time. */
  get state(): PlaybackState {
    return this.#playback.state;
  }

  /** The files that are broken, and why. A fault inside a file is found when it is reached. */
  get faults(): readonly McapFault[] {
    return this.#files.faults;
  }

  /** Whether playback begins again at the end. */
  get loop(): boolean {
    return this.#playback.loop;
  }

  set loop(loop: boolean) {
    this.#playback.loop = loop;
  }

  /** The speed: 1 is real time. Setting it throws a `RangeError` unless the value is above 0. */
  get rate(): number {
    return this.state.speed;
  }

  set rate(rate: number) {
    checkRate(rate);
    this.#change({ rate });
  }

  /** Plays. At the end, plays again from the start. */
  play(): void {
    this.#change({ isPlaying: true });
  }

  /** Pauses. A paused player uses no CPU time. */
  pause(): void {
    this.#change({ isPlaying: false });
  }

  /**
   * Jumps to a time in ns, or to the start or the end if the time is before or after them. Continues to play if it was
   * playing.
   *
   * @throws {TypeError} If the time is not a bigint.
   */
  seek(time: bigint): void {
    if (typeof time !== "bigint") throw new TypeError(`Cannot seek: the time is a ${typeof time}, not a bigint`);
    this.#change({ seekTime: time });
  }

  /** Stops, closes the server and the files. More calls return the same promise. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** The same as {@linkcode McapPlayer.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #change(change: PlaybackChange): void {
    if (this.#closing) throw new TypeError("Cannot control playback: the player is closed");
    this.#announce(this.#playback.change(change));
  }

  #announce(state: PlaybackState): void {
    this.#server.broadcastPlaybackState(state);
    this.#notify(state);
  }

  #notify(state: PlaybackState): void {
    try {
      this.#options.onStateChange?.(state);
    } catch (error) {
      this.#options.logger.error("onStateChange has failed", error);
    }
  }

  #sendFault(fault: McapFault): void {
    this.#server.sendStatus(StatusLevel.ERROR, faultText(fault), { id: `mcap:${fault.file}`, sticky: true });
  }

  #hooks(): PlayerHooks {
    return {
      onClientConnect: (server) => server.broadcastPlaybackState(this.state),
      onClientDisconnect: (_server, { client }) => this.#controllers.delete(client.id),
      onPlaybackControl: (_server, { command, speed, seekTime }, { client }) => {
        this.#controllers.add(client.id);
        const state = this.#playback.change({
          rate: speed,
          isPlaying: command === "play",
          ...(seekTime !== undefined && { seekTime }),
        });
        this.#notify(state);
        return state;
      },
    };
  }

  async #close(): Promise<void> {
    this.#life.abort();
    await Promise.all([this.#playback.close(), this.#server.close()]);
    await this.#files[Symbol.asyncDispose]();
  }
}

function isList(files: McapInput | readonly McapInput[]): files is readonly McapInput[] {
  return Array.isArray(files);
}

/** Returns the first and the last time to play. Logs the topics that no file has. */
function rangeOf({ files, faults }: PlayFiles, { selection, logger }: ResolvedPlayerOptions): McapTimeRange {
  const whole = spanOf(files.flatMap(({ range }) => range ?? []));
  if (!whole && faults[0]) throw faults[0].error;
  if (!whole) {
    throw new RangeError(`Cannot play ${files.map(({ name }) => name).join(", ") || "no files"}: no messages`);
  }
  const { reason, notes } = checkSelection(selection, files);
  if (reason !== undefined) throw new RangeError(`Cannot play: ${reason}`);
  for (const note of notes) logger.warn(note);
  const { start, end } = selection;
  return {
    start: start !== undefined && start > whole.start ? start : whole.start,
    end: end !== undefined && end <= whole.end ? end - 1n : whole.end,
  };
}
