// A program that is killed loses nothing that it wrote before its last confirmed flush().

import { assertEquals } from "@std/assert/equals";
import { Program } from "../../support/program.ts";
import { readStream, testWithNpm } from "./npm_mcap.ts";

const KILLS = 20;
const MAX_LINES = 12;
const PROGRAM = new URL("write_until_killed.ts", import.meta.url).href;

/** Kills the program after it has printed so many lines. Returns the numbers of all its lines. */
async function killAfter(lines: number, path: string, compression: string): Promise<number[]> {
  await using program = new Program(`--allow-write=${path}`, PROGRAM, path, compression);
  const confirmed: number[] = [];
  for (let index = 0; index < lines; index++) confirmed.push(Number(await program.line()));
  program.kill("SIGKILL");
  const { lines: rest, signal } = await program.ended();
  assertEquals(signal, "SIGKILL");
  return [...confirmed, ...rest.map(Number)];
}

for (const compression of ["none", "zstd"]) {
  testWithNpm(
    `McapWriter loses nothing before the last flush() when it is killed, compression "${compression}"`,
    async () => {
      const folder = await Deno.makeTempDir();
      try {
        for (let kill = 0; kill < KILLS / 2; kill++) {
          const path = `${folder}/${kill}.mcap`;
          const lines = 1 + Math.floor(Math.random() * MAX_LINES);
          const confirmed = await killAfter(lines, path, compression);
          const { messages, isWhole } = readStream(await Deno.readFile(path));
          const sequences = messages.map((message) => Number(message.split(" ")[1]));
          const isLost = sequences.length < confirmed.at(-1)!;
          assertEquals({ lines, isLost, isWhole }, { lines, isLost: false, isWhole: false });
          assertEquals(sequences, sequences.map((_, index) => index));
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}
