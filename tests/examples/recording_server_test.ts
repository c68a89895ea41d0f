// recording_server.ts: its files and its download have the messages that clients get.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { McapReader, messageDecoder } from "../../src/mcap/mod.ts";
import { runExample } from "../support/example.ts";

async function voltsOf(input: string | Uint8Array): Promise<number[]> {
  await using reader = await McapReader.open(input);
  assertEquals(reader.fault, undefined);
  const decode = messageDecoder();
  const messages = await Array.fromAsync(reader.messages({ topics: ["/battery"] }));
  return messages.map((message) => (decode(message) as { volts: number }).volts);
}

Deno.test("recording_server.ts records to a folder, and serves the last minute", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using program = runExample("recording_server.ts", "--port", "0", "--folder", `${folder}/new`);
    const url = (await program.line()).replace("Listening on ", "");
    let received = 0;
    await using client = await FoxgloveClient.connect(url, { reconnect: false });
    for await (const _ of client.subscribe("/battery")) {
      received += 1;
      if (received === 3) break;
    }
    const http = url.replace("ws:", "http:");
    const download = await fetch(`${http}/last_minute.mcap`);
    const volts = await voltsOf(await download.bytes());
    assertEquals([volts.length >= 3, volts[0], Number(volts[1]!.toFixed(2))], [true, 12.6, 12.59]);
    const other = await fetch(`${http}/`);
    assertEquals([other.status, await other.text()], [404, "See /last_minute.mcap\n"]);

    await client.close();
    program.kill("SIGINT");
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    const files = await Array.fromAsync(Deno.readDir(`${folder}/new`));
    assertEquals([files.length, /^\d{4}-.*Z(-?_?\d+)?\.mcap$/.test(files[0]?.name ?? "")], [1, true], files[0]?.name);
    const recorded = await voltsOf(`${folder}/new/${files[0]!.name}`);
    assertEquals(recorded.slice(0, volts.length), volts);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("recording_server.ts rejects a budget that is not a number", async () => {
  await using program = runExample("recording_server.ts", "--budget", "much");
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr.includes('--budget is "much", must be a number above 0')], [2, true]);
});
