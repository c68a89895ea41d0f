// record(): records the messages of a server that the program does not own.

import type { FoxgloveClient } from "../../client/mod.ts";
import type { McapTarget } from "../writer/open_sink.ts";
import { ClientSource, type ForwardOptions, type SourceTopics, sourceTopics } from "./client_source.ts";
import { McapRecorder } from "./recorder.ts";
import type { McapRecorderOptions } from "./recorder_options.ts";
import type { McapRecorderStats } from "./recorder_stats.ts";

/** Options of {@linkcode record}. */
export interface RecordOptions extends McapRecorderOptions, ForwardOptions {
  /** Ends the recording when it aborts. The file is completed. */
  readonly signal?: AbortSignal;
}

/** A recording of the messages that a client receives. */
export interface ClientRecording extends AsyncDisposable {
  /** What was done so far. */
  readonly stats: McapRecorderStats;
  /** The paths of the files of this recording that exist, the oldest first. Empty if the target is not a path. */
  readonly paths: readonly string[];
  /**
   * Resolves when all files are complete: after `close()`, after the signal has aborted, or when the client has ended.
   * Rejects with a `RecordingError` as soon as a file could not be written.
   */
  readonly closed: Promise<void>;
  /**
   * Waits until all messages so far are on the disk. Rejects with a `RecordingError` if a file could not be written.
   */
  flush(): Promise<void>;
  /** Unsubscribes, and completes the file. Rejects with a `RecordingError` if a file could not be written. */
  close(): Promise<void>;
}

/**
 * Subscribes to the topics of a server, and records their messages, with their schemas, metadata and timestamps. The
 * server may be of any implementation. The options are those of `McapRecorder.open()`, with `topics`, `latch` and
 * `signal`.
 *
 * Channels may come and go. If the client reconnects, the recording continues in the same file, and equal channels keep
 * their ids. When the client ends, the file is completed; `client.state` says why it ended.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { record } from "@x/foxglove-ws/mcap";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using robot = new FoxgloveServer({ name: "another robot", port: 0 });
 * await robot.start();
 * robot.sendMessage(robot.addChannel({ topic: "/map", encoding: "json", latch: true }), 5n, "{}");
 *
 * const folder = await Deno.makeTempDir();
 * await using client = await FoxgloveClient.connect(robot.url!);
 * const recording = await record(client, `${folder}/drive.mcap`, { topics: ["/map", "/camera/*"] });
 * while (recording.stats.messages === 0) await new Promise((resolve) => setTimeout(resolve, 10));
 * await recording.close();
 * assertEquals(recording.paths, [`${folder}/drive.mcap`]);
 * ```
 *
 * @throws {TypeError | RangeError} If the target or an option is invalid, or if the platform lacks zstd.
 * @throws {Error} If the file cannot be created. The `code` is `"EEXIST"` if it exists.
 * @throws {ConnectionClosedError} If the client has ended.
 */
export async function record(
  client: FoxgloveClient,
  target: McapTarget,
  options: RecordOptions = {},
): Promise<ClientRecording> {
  const { topics: _topics, latch: _latch, signal, ...recorderOptions } = options;
  const topics = sourceTopics("Cannot record", options);
  signal?.throwIfAborted();
  const recorder = await McapRecorder.open(target, recorderOptions);
  try {
    return new RunningRecording(client, recorder, topics, signal);
  } catch (error) {
    await recorder.close();
    throw error;
  }
}

class RunningRecording implements ClientRecording {
  readonly closed: Promise<void>;
  readonly #recorder: McapRecorder;
  readonly #source: ClientSource;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.close().catch(() => {});

  constructor(
    client: FoxgloveClient,
    recorder: McapRecorder,
    topics: SourceTopics,
    signal: AbortSignal | undefined,
  ) {
    this.#recorder = recorder;
    this.#source = new ClientSource(client, recorder, topics);
    this.#signal = signal;
    this.closed = recorder.closed;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
    void client.closed.then(this.#onAbort);
  }

  get stats(): McapRecorderStats {
    return this.#recorder.stats;
  }

  get paths(): readonly string[] {
    return this.#recorder.paths;
  }

  flush(): Promise<void> {
    return this.#recorder.flush();
  }

  close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#source[Symbol.dispose]();
    return this.#recorder.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
