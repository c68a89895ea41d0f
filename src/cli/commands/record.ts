// record: records topics to MCAP files.

import type { FoxgloveClient } from "../../client/mod.ts";
import { firstLineOf, textOf } from "../../error_text.ts";
import type { Logger } from "../../logger.ts";
import type { ClientRecording, McapRecorderOptions, RecordOptions } from "../../mcap/mod.ts";
import { MIN_TOTAL_BYTES } from "../../mcap/record/budget.ts";
import { lossText, RecordingError } from "../../mcap/record/recording_error.ts";
import type { NamePattern } from "../../name_patterns.ts";
import { parseByteSize } from "../byte_size.ts";
import { type Command, defineCommand, type OptionValues } from "../command.ts";
import { compressionOf } from "../compression.ts";
import { connectionNotes } from "../connection_notes.ts";
import { tokenUse } from "../connection_problem.ts";
import { Failure, usageError } from "../failure.ts";
import { LATCH_OPTION, latchedTopics } from "../latch_option.ts";
import type { Output } from "../output.ts";
import { pause } from "../pause.ts";
import { RecordingReport } from "../recording_report.ts";
import { statusNotes } from "../status_notes.ts";
import { misplacedStar, topicNames } from "../topic_names.ts";
import { TopicPresence } from "../topic_presence.ts";

const REPORT_MS = 1000;

const OPTIONS = {
  output: { type: "text", short: "o", value: "FILE", help: "the file to write (default: {time}.mcap)" },
  force: { type: "flag", help: "replace a file that exists" },
  topic: { type: "text", value: "TOPICS", help: "the topics to record, separated by commas" },
  regex: { type: "text", value: "REGEX", help: "record the topics that match, such as ^/camera/\\d+$" },
  all: { type: "flag", short: "a", help: "record all topics (the default without topics)" },
  "max-file-size": { type: "text", value: "SIZE", help: "begin another file at this size, such as 500M" },
  "max-file-seconds": { type: "number", value: "SECONDS", help: "begin another file after this time" },
  "max-total-size": { type: "text", value: "SIZE", help: "remove the oldest files of this recording, such as 20G" },
  latch: LATCH_OPTION,
  compression: { type: "text", value: "NAME", help: "zstd or none (default: zstd)" },
  "flush-seconds": { type: "number", value: "SECONDS", help: "how much a crash may lose (default: 1)" },
  "receive-time": { type: "flag", help: "write the local time as the log time, not the timestamp" },
  reconnect: { type: "flag", help: "wait for the server, also when it is lost, and go on in the same file" },
  seconds: { type: "number", value: "SECONDS", help: "end after this time (default: at Ctrl-C)" },
} as const;

type Options = OptionValues<typeof OPTIONS>;

/** Records topics to MCAP files. */
export const record: Command = defineCommand({
  name: "record",
  summary: "record topics to an MCAP file",
  about: "TOPIC is a name, or a prefix such as /camera/*. Without topics, it records all. " +
    "In FILE, {time} becomes the start time in UTC, and {number} the number of the file. With --max-file-size, " +
    "--max-file-seconds or --max-total-size, drive.mcap becomes drive_0001.mcap and so on. " +
    "The first Ctrl-C completes the file and ends with 0. " +
    "--json prints {time, paths, isComplete, messages, bytes, dropped, fileBytes, removedFiles, removedMessages, " +
    "topics} once per second, and at the end.",
  operands: { usage: "[ADDRESS] [TOPIC…]", min: 0, max: Infinity },
  hasUrlOperand: true,
  options: OPTIONS,
  examples: [
    ["record -o drive.mcap", "records all topics until Ctrl-C"],
    ["record robot.local:8765 /odom '/camera/*' -o drive.mcap", "records some topics of another machine"],
    ["record -o drive.mcap --max-file-size 1G --max-total-size 20G", "keeps the newest 20 GiB in files of 1 GiB"],
    ["record -o drive.mcap --seconds 60", "records for a minute"],
  ],
  permissions: ["--allow-write=DIR"],
  isEndless: () => true,
  async run({ operands, options, isJson, output, signal, url, token, connect }) {
    const topics = topicsOf(operands, options);
    const { seconds = Infinity, output: path = "{time}.mcap" } = options;
    if (!(seconds > 0)) throw usageError("--seconds must be greater than 0");
    const recorderOptions = { ...recorderOptionsOf(options), latch: latchedTopics(options.latch) };
    const { reconnect } = options;
    const listener = { ...statusNotes(output), ...(reconnect && connectionNotes(output, tokenUse(url, token))) };
    const client = await connect({ reconnect, retryInitialConnect: reconnect, listener });
    const log = new RecordingNotes(output);
    const recording = await open(client, path, {
      ...recorderOptions,
      ...(topics && { topics }),
      logger: log,
      signal,
    });
    log.watch(recording);
    const report = new RecordingReport(recording, output, { isJson, namesTopics: topics !== undefined });
    const presence = new TopicPresence(client, exactNames(topics), { reportsSilence: true });
    try {
      await follow(recording, seconds, signal, () => {
        for (const [topic, { messages }] of recording.stats.topics) if (messages > 0) presence.onMessage(topic);
        if (client.state.type === "open") presence.check().forEach((text) => output.note(text));
        report.print();
      });
      await recording.close();
    } catch (error) {
      throw failureOf(error, report);
    }
    report.printEnd();
    if (!signal.aborted && client.state.type === "closed") throw lostServer(client, report);
  },
});

/** Returns the topics that the user has selected; `undefined` for all. */
function topicsOf(operands: readonly string[], { topic = "", regex, all }: Options): NamePattern[] | undefined {
  const names = [...operands, ...topicNames(topic)];
  const wrong = misplacedStar(names);
  if (wrong !== undefined) throw usageError(`"${wrong}" has a "*" before its end; --regex allows more`);
  const patterns = [...names, ...(regex === undefined ? [] : [regexOf(regex)])];
  if (all && patterns.length > 0) throw usageError("--all and topics exclude each other");
  return patterns.length === 0 ? undefined : patterns;
}

function regexOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw usageError(`--regex is not valid: ${textOf(error)}`);
  }
}

/** The topics without a pattern. */
function exactNames(topics: readonly NamePattern[] = []): string[] {
  return topics.filter((topic) => typeof topic === "string").filter((topic) => !topic.endsWith("*"));
}

function recorderOptionsOf(options: Options): McapRecorderOptions {
  const { force, "receive-time": isReceiveTime } = options;
  const compression = compressionOf(options.compression);
  for (const name of ["max-file-seconds", "flush-seconds"] as const) {
    const value = options[name];
    if (value !== undefined && !(value > 0)) throw usageError(`--${name} must be greater than 0`);
  }
  const maxFileBytes = sizeOf("max-file-size", options);
  const maxTotalBytes = sizeOf("max-total-size", options);
  if (maxTotalBytes !== undefined && maxTotalBytes < MIN_TOTAL_BYTES) {
    throw usageError(`--max-total-size must be at least ${MIN_TOTAL_BYTES / 1024}K`);
  }
  if (maxFileBytes !== undefined && maxTotalBytes !== undefined && maxFileBytes > maxTotalBytes / 2) {
    throw usageError("--max-file-size must be at most half of --max-total-size");
  }
  const { "max-file-seconds": maxFileSeconds, "flush-seconds": flushSeconds } = options;
  return {
    compression,
    overwrite: force,
    times: isReceiveTime ? "receive" : "message",
    ...(maxFileBytes !== undefined && { maxFileBytes }),
    ...(maxTotalBytes !== undefined && { maxTotalBytes }),
    ...(maxFileSeconds !== undefined && { maxFileSeconds }),
    ...(flushSeconds !== undefined && { flushSeconds }),
  };
}

function sizeOf(name: "max-file-size" | "max-total-size", options: Options): number | undefined {
  const text = options[name];
  return text === undefined ? undefined : parseByteSize(name, text);
}

async function open(client: FoxgloveClient, path: string, options: RecordOptions): Promise<ClientRecording> {
  // Other commands do not load the recorder.
  const { record: startRecording } = await import("../../mcap/record/record.ts");
  try {
    return await startRecording(client, path, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if ((error as { code?: unknown }).code === "EEXIST") {
      throw new Failure(`the file "${path}" exists; --force replaces it, -o names another one`, { cause: error });
    }
    throw new Failure(`cannot create "${path}": ${firstLineOf(error)}`, { cause: error });
  }
}

/** Calls `report` once per second, until the recording, the time or the command ends. */
async function follow(
  recording: ClientRecording,
  seconds: number,
  signal: AbortSignal,
  report: () => void,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  let isClosed = false;
  const closed = recording.closed.then(() => {
    isClosed = true;
  });
  while (!isClosed && performance.now() < end) {
    const ms = Math.min(REPORT_MS, end - performance.now());
    // On Ctrl-C, the recording closes itself.
    await Promise.race([closed, pause(ms, signal).catch(() => closed)]);
    if (!isClosed) report();
  }
}

/** Prints what the recorder reports. */
class RecordingNotes implements Logger {
  readonly #output: Output;
  #hasFailed = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Prints nothing more when the recording has failed, because the command ends with that failure. */
  watch(recording: ClientRecording): void {
    recording.closed.catch(() => this.#hasFailed = true);
  }

  debug(): void {}

  info(): void {}

  warn(message: string): void {
    if (!this.#hasFailed) this.#output.note(message);
  }

  error(message: string): void {
    this.warn(message);
  }
}

function failureOf(error: unknown, { place }: RecordingReport): unknown {
  if (!(error instanceof RecordingError)) return error;
  const { path = place, cause } = error;
  return new Failure(`cannot write "${path}": ${firstLineOf(cause)}; ${lossText(error)}`, { cause: error });
}

function lostServer({ state }: FoxgloveClient, { place, content }: RecordingReport): Failure {
  const reason = state.type === "closed" && state.error ? state.error.message : "the connection was closed";
  return new Failure(`${reason}; ${place} is complete: ${content}`);
}
