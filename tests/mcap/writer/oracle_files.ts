// Files of every kind for other readers, and what is in them.

import type { McapWriter } from "../../../src/mcap/writer/writer.ts";
import type { McapWriterOptions } from "../../../src/mcap/writer/writer_options.ts";
import { type Findings, summaryOfMessage } from "./npm_mcap.ts";
import { noise, ofType, recordsOf, text, written } from "./written.ts";

/** A file with what a reader must find. */
export interface OracleFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly findings: Findings;
}

/** Writes to the file, and notes messages. */
type Write = (writer: McapWriter, messages: string[]) => void | Promise<void>;

const SCHEMAS = [["Pose", "jsonschema", '{"type":"object"}'], ["Größe", "ros2msg", "uint8 a\n"]] as const;
const CHANNELS = [["/pose", "json", { a: "b", c: "" }, "Pose"], ["/größe", "cdr", {}, "Größe"], [
  "/raw",
  "",
  {},
  "",
]] as const;

function addChannels(writer: McapWriter): number[] {
  const schemaIds = new Map(
    SCHEMAS.map(([name, encoding, data]) => [name as string, writer.addSchema({ name, encoding, data })]),
  );
  return CHANNELS.map(([topic, messageEncoding, metadata, schemaName]) =>
    writer.addChannel({ topic, messageEncoding, metadata, schemaId: schemaIds.get(schemaName) ?? 0 })
  );
}

/** Writes a message of the channel with this index. */
function write(writer: McapWriter, messages: string[], index: number, sequence: number, data: Uint8Array): void {
  const channelId = addChannels(writer)[index]!;
  const logTime = 1_700_000_000_000_000_000n + BigInt(sequence);
  const message = { channelId, sequence, logTime, publishTime: logTime - 5n, data };
  writer.write(message);
  messages.push(summaryOfMessage(CHANNELS[index]![0], message));
}

const KINDS: Readonly<Record<string, Write>> = {
  "empty": () => {},
  "channels only": (writer) => void addChannels(writer),
  "one message": (writer, messages) => write(writer, messages, 0, 1, text({ x: 1 })),
  "an empty message": (writer, messages) => write(writer, messages, 2, 0, new Uint8Array()),
  "many messages": (writer, messages) => {
    for (let sequence = 0; sequence < 1000; sequence++) {
      write(writer, messages, sequence % 3, sequence, text({ sequence, text: "a".repeat(sequence % 50) }));
    }
  },
  "flushed": async (writer, messages) => {
    for (let sequence = 0; sequence < 100; sequence++) {
      write(writer, messages, sequence % 2, sequence, text({ sequence }));
      if (sequence % 30 === 0) await writer.flush();
    }
  },
  "large and random messages": (writer, messages) => {
    for (let sequence = 0; sequence < 20; sequence += 2) {
      write(writer, messages, sequence % 3, sequence, noise(sequence % 4 ? 10_000 : 300_000));
      write(writer, messages, sequence % 3, sequence + 1, new Uint8Array(5000));
    }
  },
};

/** Returns a file of each kind, with this compression. */
export async function oracleFiles(options: McapWriterOptions): Promise<OracleFile[]> {
  const files: OracleFile[] = [];
  for (const [name, write] of Object.entries(KINDS)) {
    const messages: string[] = [];
    const hasExtras = name !== "empty";
    const bytes = await written(async (writer) => {
      await write(writer, messages);
      if (!hasExtras) return;
      writer.addAttachment({ name: "a.txt", mediaType: "text/plain", data: text("a"), logTime: 5n, createTime: 6n });
      writer.addMetadata({ name: "m", metadata: { key: "value" } });
      addChannels(writer);
    }, { profile: "test", chunkBytes: 2000, ...options });
    const indexes = ofType(recordsOf(bytes), "ChunkIndex");
    files.push({
      name,
      bytes,
      findings: {
        profile: "test",
        schemas: hasExtras ? SCHEMAS : [],
        channels: hasExtras ? CHANNELS : [],
        messages,
        attachments: hasExtras ? [["a.txt", "text/plain", 5, 6, 3]] : [],
        metadata: hasExtras ? [["m", { key: "value" }]] : [],
        counts: [
          messages.length,
          indexes.length,
          indexes.length,
          indexes.reduce((sum, { messageIndexLength }) => sum + messageIndexLength, 0),
        ],
      },
    });
  }
  return files;
}
