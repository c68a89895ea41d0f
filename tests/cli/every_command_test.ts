// Every command: its help, its permissions, wrong arguments, and a server that is not there.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { actionOf } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands/mod.ts";
import { freePort } from "../support/free_port.ts";
import { PROJECT } from "../support/project_files.ts";
import { runCli } from "./fixture.ts";

/** The actions, with the names of their commands. */
const ACTIONS = COMMANDS.flatMap((command) =>
  (command.actions ?? []).map(({ name }) => actionOf(command, [name]).command)
);

/** The operands with which a command passes the check of its arguments. */
const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  echo: ["/topic"],
  delay: ["/topic"],
  assets: ["get", "package://robot/arm.urdf"],
  call: ["/service"],
  param: ["list"],
  pub: ["/topic", "{}"],
  completion: ["bash"],
  play: ["drive.mcap"],
  relay: ["127.0.0.1:9"],
  "mcap info": ["drive.mcap"],
  "mcap check": ["drive.mcap"],
  "mcap recover": ["drive.mcap"],
  "mcap cut": ["drive.mcap"],
  "mcap merge": ["drive.mcap"],
  "mcap cat": ["drive.mcap"],
};

Deno.test("foxglove-ws --help lists all commands in lines of at most 80 columns", async () => {
  const { code, lines, stderr } = await runCli(["--help"]);
  assertEquals([code, stderr], [0, ""]);
  for (const { name, summary } of COMMANDS) {
    assertStringIncludes(lines.join(" ").replace(/\s+/g, " "), `${name} ${summary}`);
  }
  assertEquals(lines.filter((line) => line.length > 80), []);
});

Deno.test("foxglove-ws reports an unknown command, and prints its help without one", async () => {
  for (
    const [name, text] of [["nonsense", ";"], ["topic", '; did you mean "topics"?'], ["ech", '; did you mean "echo"?']]
  ) {
    const { code, lines, stderr } = await runCli([name!]);
    assertEquals([code, lines], [2, []]);
    assertEquals(stderr, `foxglove-ws: unknown command "${name}"${text} --help lists the commands\n`);
  }
  const none = await runCli([]);
  assertEquals([none.code, none.lines[0]?.startsWith("foxglove-ws:")], [2, true]);
});

Deno.test("foxglove-ws --version prints the version of the package", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", PROJECT)));
  const { code, lines, stderr } = await runCli(["--version"]);
  assertEquals([code, lines, stderr], [0, [`foxglove-ws ${version}`], ""]);
});

for (
  const [args, text] of [
    [["topics", "--sec", "1"], 'unknown option "--sec"; did you mean "--seconds"?'],
    [["topics", "--ur=localhost:9511"], 'unknown option "--ur=localhost:9511"; did you mean "--url"?'],
    [["demo", "--prot", "9511"], 'unknown option "--prot"; did you mean "--port"?'],
    [["topics", "localhost:9511"], 'unexpected argument "localhost:9511"; use --url localhost:9511;'],
    [["info", "ws://robot:9511"], 'unexpected argument "ws://robot:9511"; use --url ws://robot:9511;'],
    [["doctor", "robot.local"], 'unexpected argument "robot.local"; use --url robot.local;'],
    [["info", "battery"], 'unexpected argument "battery";'],
  ] as const
) {
  Deno.test(`foxglove-ws ${args.join(" ")} names what was probably meant`, async () => {
    const { code, lines, stderr } = await runCli(args);
    assertEquals([code, lines], [2, []]);
    assertEquals(stderr, `foxglove-ws ${args[0]}: ${text} --help lists the options\n`);
  });
}

Deno.test("echo, hz and call name --url for an address instead of a topic or a service", async () => {
  const url = `127.0.0.1:${freePort()}`;
  for (const command of ["echo", "hz", "call"]) {
    const { code, stderr } = await runCli([command, "localhost:9511", "--url", url]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "is the server running? Use --url localhost:9511 for that server");
  }
});

Deno.test("foxglove-ws mcap --help lists its actions, and help prints that of an action", async () => {
  const help = await runCli(["mcap", "--help"]);
  for (const title of ["Actions:", "Examples:", "Permissions:"]) assertEquals(help.lines.includes(title), true, title);
  const text = help.lines.join(" ").replace(/\s+/g, " ");
  for (const { name, summary } of ACTIONS) assertStringIncludes(text, ` ${name.replace("mcap ", "")} ${summary}`);
  assertEquals([help.lines.filter((line) => line.length > 80), help.lines.length < 40], [[], true]);
  const cut = await runCli(["help", "mcap", "cut"]);
  assertEquals(cut.lines, (await runCli(["mcap", "cut", "--help"])).lines);
});

for (const { name, hasServer = true } of [...COMMANDS.filter(({ actions }) => !actions), ...ACTIONS]) {
  const operands = OPERANDS[name] ?? [];

  Deno.test(`${name} --help has options, examples and permissions in 80 columns`, async () => {
    const { code, lines, stderr } = await runCli([...name.split(" "), "--help"]);
    assertEquals([code, stderr], [0, ""]);
    for (const title of ["Options:", "Examples:", "Permissions:"]) assertEquals(lines.includes(title), true, title);
    assertEquals(lines.filter((line) => line.length > 80), []);
  });

  Deno.test(`${name} ends with code 2 and one line for an unknown option`, async () => {
    const { code, lines, stderr } = await runCli([...name.split(" "), ...operands, "--nonsense"]);
    assertEquals([code, lines], [2, []]);
    assertEquals(stderr, `foxglove-ws ${name}: unknown option "--nonsense"; --help lists the options\n`);
  });

  // doctor reports it on stdout, as a finding.
  if (!hasServer || name === "doctor") continue;
  Deno.test(`${name} ends with code 1 and one line without a server`, async () => {
    const { code, lines, stderr } = await runCli([name, ...operands, "--url", `127.0.0.1:${freePort()}`]);
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
    assertStringIncludes(stderr, "is the server running? --url names another one");
    assertEquals(stderr.includes("offering"), false);
  });
}
