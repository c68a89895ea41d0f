// completion: scripts with which shells complete command lines.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { COMMANDS } from "../../src/cli/commands/mod.ts";
import { bashScript } from "../../src/cli/completion/bash.ts";
import { findProgram, type NeededProgram, testWith } from "../support/needed_programs.ts";
import { Program } from "../support/program.ts";
import { startServer } from "../support/test_server.ts";
import { commandOf, runCli } from "./fixture.ts";

const BASH: NeededProgram = { path: findProgram("bash"), missing: "no bash on the PATH; apt-get install bash" };
const ZSH: NeededProgram = { path: findProgram("zsh"), missing: "no zsh on the PATH; apt-get install zsh" };

/** Runs the lines of a script in a shell. The function `foxglove-ws` in it is the command line. */
async function runShell(executable: string, ...lines: string[]): Promise<string[]> {
  const quoted = commandOf(["topics"]).slice(0, -1).map((each) => `'${each.replaceAll("'", `'\\''`)}'`).join(" ");
  // The scripts give a server 1 s. The last limit counts.
  const script = [`foxglove-ws() { ${quoted} "$@" --timeout 60; }`, ...lines].join("\n");
  await using program = new Program({ executable }, ...(executable.endsWith("zsh") ? ["-f"] : []), "-c", script);
  const { code, lines: printed, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
  return printed;
}

/** Returns what bash offers at the end of command lines: a list for each. */
async function completeInBash(bash: string, script: string, ...commandLines: string[]): Promise<string[][]> {
  const printed = await runShell(
    bash,
    "set -u",
    script,
    ...commandLines.map((line) => `
      COMP_LINE='${line.replaceAll("'", `'\\''`)}' COMP_POINT=\${#COMP_LINE}
      _foxglove_ws
      printf '%s\\n' \${COMPREPLY[@]+"\${COMPREPLY[@]}"} END`),
  );
  return printed.join("\n").split(/END\n?/).slice(0, -1).map((each) => each.split("\n").filter(Boolean));
}

Deno.test("completion rejects other shells", async () => {
  const { code, lines, stderr } = await runCli(["completion", "fish"]);
  assertEquals([code, lines], [2, []]);
  assertStringIncludes(stderr, 'foxglove-ws completion: unknown shell "fish": use bash or zsh');
});

for (const shell of ["bash", "zsh"]) {
  Deno.test(`completion ${shell} contains all commands and options`, async () => {
    const { code, lines } = await runCli(["completion", shell]);
    const script = lines.join("\n");
    assertEquals(code, 0);
    for (const { name, options: own, actions = [] } of COMMANDS) {
      const options: Record<string, unknown> = Object.assign({}, own, ...actions.map(({ options }) => options));
      assertStringIncludes(script, `\n${shell === "bash" ? "      " : "    "}${name})\n`);
      for (const option of Object.keys(options)) assertStringIncludes(script, `--${option}`);
    }
  });
}

testWith(BASH, "bash completes commands, options and values", async (_t, bash) => {
  const { code, lines: script, stderr } = await runCli(["completion", "bash"]);
  assertEquals([code, stderr], [0, ""]);
  const lists = await completeInBash(
    bash,
    script.join("\n"),
    "foxglove-ws ",
    "foxglove-ws top",
    "foxglove-ws topics --ra",
    "foxglove-ws topics --url ",
    "foxglove-ws types -o ",
    "foxglove-ws completion ",
    "foxglove-ws completion bash ",
    "foxglove-ws help typ",
    "foxglove-ws nonsense ",
    "foxglove-ws mcap in",
    "foxglove-ws mcap ",
    "foxglove-ws play ",
    "foxglove-ws play --lo",
  );
  assertEquals(lists, [
    [...COMMANDS.map(({ name }) => name), "help", "--help"],
    ["topics"],
    ["--rate"],
    [],
    [],
    ["--help", "-h", "bash", "zsh"],
    ["--help", "-h"],
    ["types"],
    [],
    ["info"],
    ["info", "check", "recover", "cut", "merge", "cat"],
    [],
    ["--loop"],
  ]);
});

testWith(BASH, "bash completes topics of the server that the command line names, and quotes them", async (_t, bash) => {
  await using server = await startServer();
  for (const topic of ["/odom", "/a b", "/$(touch x)", '/"', "/a:b"]) server.addChannel({ topic, encoding: "json" });
  const script = bashScript([{ name: "echo", summary: "", options: [], words: [], hasTopics: true, hasFiles: false }]);
  const lists = await completeInBash(
    bash,
    script,
    `foxglove-ws echo --url ${server.url} /`,
    `foxglove-ws echo --url=${server.url} /o`,
    `foxglove-ws echo --url ${server.url} /a:`,
    "foxglove-ws echo --url 127.0.0.1:1 /",
  );
  assertEquals(lists, [["/\\$\\(touch\\ x\\)", "/a\\ b", "/a:b", "/odom"], ["/odom"], ["b"], []]);
});

testWith(ZSH, "zsh accepts the script, and it defines the completion", async (_t, zsh) => {
  const { lines: script } = await runCli(["completion", "zsh"]);
  const printed = await runShell(
    zsh,
    "autoload -U compinit && compinit -D",
    ...script,
    "print $_comps[foxglove-ws]",
  );
  assertEquals(printed, ["_foxglove_ws"]);
});
