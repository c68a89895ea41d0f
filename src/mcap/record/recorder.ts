// McapRecorder: records the messages of a server.

import type { Channel } from "../../protocol/channels.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { ChannelDetails, MessageSink } from "../../server/delivery/message_sink.ts";
import type { McapTarget } from "../writer/open_sink.ts";
import type { RecordedChannel } from "./recorded_channel.ts";
import type { McapRecorderOptions } from "./recorder_options.ts";
import type { McapRecorderStats } from "./recorder_stats.ts";
import { Recording } from "./recording.ts";

/**
 * Records all messages of a server to an MCAP file: a sink for `FoxgloveServer.addSink()`. Each message is encoded
 * once, for the file and for clients. No client has to be subscribed. A recorder belongs to one server.
 *
 * A slow disk never slows the server down: when `maxPendingBytes` wait, messages are dropped and counted. The server
 * completes the file when it closes; `runCancellable()` also does so on signals. After a crash, at most the messages of
 * the last `flushSeconds` are missing.
 *
 * With a limit on the size or the age of a file, the recording continues in another file: `drive_0001.mcap`,
 * `drive_0002.mcap` and so on. Each file has all definitions, and begins with copies of the latched messages. Copies
 * have the `publishTime` and the `sequence` of the original.
 *
 * Latched messages may be older than the recording. Then their `logTime` is that of the first message that is not
 * latched. If none arrives before the next flush, they keep their own.
 *
 * The `sequence` of the messages counts all messages of the recording from 1. So it keeps the order of arrival, and a
 * gap shows a drop. A latched channel has its depth in its metadata, as `foxglove-ws.latchDepth`.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { McapRecorder } from "@x/foxglove-ws/mcap";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const folder = await Deno.makeTempDir();
 * await using server = new FoxgloveServer({ name: "my robot" });
 * const recorder = await McapRecorder.open(`${folder}/drive.mcap`);
 * server.addSink(recorder, { topics: ["/battery", "/camera/*"] });
 * server.publish("/battery", { volts: 12.6 });
 *
 * await recorder.close(); // or: await server.close()
 * assertEquals(recorder.stats.messages, 1);
 * ```
 */
export class McapRecorder implements MessageSink, AsyncDisposable {
  readonly #recording: Recording;
  readonly #channels = new Map<ChannelId, RecordedChannel>();

  private constructor(recording: Recording) {
    this.#recording = recording;
  }

  /**
   * Begins a file.
   *
   * @param target A path, a `file:` URL, a stream, or an object with `write()`. In a path, `{time}` becomes the UTC
   * time at which the file is begun, and `{number}` its number.
   * @throws {TypeError | RangeError} If the target or an option is invalid, or if the platform lacks zstd.
   * @throws {Error} If the file cannot be created. The `code` is `"EEXIST"` if it exists.
   */
  static async open(target: McapTarget, options: McapRecorderOptions = {}): Promise<McapRecorder> {
    return new McapRecorder(await Recording.open(target, options));
  }

  /** Whether `close()` was called. A write error does not change it: then `closed` rejects. */
  get isClosed(): boolean {
    return this.#recording.isClosed;
  }

  /** What was done so far. */
  get stats(): McapRecorderStats {
    return this.#recording.stats;
  }

  /** The paths of the files of this recording that exist, the oldest first. Empty if the target is not a path. */
  get paths(): readonly string[] {
    return this.#recording.paths;
  }

  /**
   * Resolves when all files are complete, after `close()`. Rejects with a {@linkcode RecordingError} as soon as a file
   * could not be written.
   */
  get closed(): Promise<void> {
    return this.#recording.closed;
  }

  /** Called by the server. */
  channelAdded(channel: Channel, { latchDepth }: ChannelDetails): void {
    this.channelRemoved(channel.id);
    this.#channels.set(channel.id, this.#recording.addChannel(channel, latchDepth));
  }

  /** Called by the server. */
  channelRemoved(channelId: ChannelId): void {
    const channel = this.#channels.get(channelId);
    this.#channels.delete(channelId);
    if (channel) this.#recording.removeChannel(channel);
  }

  /** Called by the server. Does nothing after `close()`. */
  message(channelId: ChannelId, timestamp: bigint, payload: Uint8Array): void {
    const channel = this.#channels.get(channelId);
    if (channel) this.#recording.write(channel, timestamp, payload);
  }

  /**
   * Waits until all messages so far are on the disk. Then neither a crash nor a power cut can lose them.
   *
   * @throws {RecordingError} If a file could not be written.
   * @throws {TypeError} If the recorder is closed.
   */
  flush(): Promise<void> {
    return this.#recording.flush();
  }

  /**
   * Completes the file. More calls return the same promise. The server calls it when it closes.
   *
   * @throws {RecordingError} If a file could not be written. It says how many messages were saved and lost.
   */
  close(): Promise<void> {
    return this.#recording.close();
  }

  /** The same as {@linkcode McapRecorder.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
