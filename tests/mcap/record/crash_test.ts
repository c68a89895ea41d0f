// A recorder that is killed loses nothing that was sent before its last confirmed flush().

import { assertEquals } from "@std/assert/equals";
import { Program } from "../../support/program.ts";
import { readStream, testWithNpm } from "../writer/npm_mcap.ts";
import { withFolder } from "./recorded.ts";

const KILLS = 20;
const MAX_LINES = 30;
const PROGRAM = new URL("record_until_killed.ts", import.meta.url).href;

testWithNpm("McapRecorder loses nothing before the last flush() when it is killed", async () => {
  await withFolder(async (folder) => {
    for (let kill = 0; kill < KILLS; kill++) {
      const path = `${folder}/${kill}.mcap`;
      await using program = new Program(`--allow-write=${path}`, PROGRAM, path);
      const lines = 1 + Math.floor(Math.random() * MAX_LINES);
      let confirmed = 0;
      for (let index = 0; index < lines; index++) confirmed = Number(await program.line());
      program.kill("SIGKILL");
      const { lines: rest, signal } = await program.ended();
      assertEquals(signal, "SIGKILL");
      confirmed = Number(rest.at(-1) ?? confirmed);
      const { messages, isWhole } = readStream(await Deno.readFile(path));
      const times = messages.map((message) => Number(message.split(" ")[2]));
      const isLost = times.length < confirmed;
      assertEquals({ lines, isLost, isWhole }, { lines, isLost: false, isWhole: false });
      assertEquals(times, times.map((_, index) => index));
    }
  });
});
