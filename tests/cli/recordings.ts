// MCAP files for tests of commands.

import { join } from "node:path";
import { McapWriter, type McapWriterOptions } from "../../src/mcap/mod.ts";

/** The time of the first message: 2023-11-14T22:13:20Z, in ns. */
export const START = 1_700_000_000_000_000_000n;

/** A message: its topic, its time in seconds after {@linkcode START}, and its value. */
export type RecordedMessage = readonly [topic: string, seconds: number, value?: unknown];

/** A folder that is removed at the end. */
export class RecordingFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<RecordingFolder> {
    return new RecordingFolder(await Deno.makeTempDir());
  }

  /** Returns the path of a file in the folder. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file with messages in JSON, in chunks of 10 messages. Returns its path. */
  async write(name: string, messages: readonly RecordedMessage[], options: McapWriterOptions = {}): Promise<string> {
    const path = this.file(name);
    await using writer = await McapWriter.open(path, options);
    const schemaId = writer.addSchema({ name: "Value", encoding: "jsonschema", data: '{"type":"object"}' });
    for (const [index, [topic, seconds, value = { x: seconds }]] of messages.entries()) {
      const channelId = writer.addChannel({ topic, messageEncoding: "json", schemaId });
      const logTime = START + BigInt(Math.round(seconds * 1e9));
      writer.write({ channelId, logTime, data: new TextEncoder().encode(JSON.stringify(value)) });
      if (index % 10 === 9) await writer.flush();
    }
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Returns messages of a topic, one each 100 ms. */
export function messagesOf(topic: string, count: number): RecordedMessage[] {
  return Array.from({ length: count }, (_, index): RecordedMessage => [topic, index / 10]);
}
