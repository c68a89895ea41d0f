// CLI_CASES: the command line of the installed package, on one runtime.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import config from "../../deno.json" with { type: "json" };
import { Program, type ProgramEnd } from "../support/program.ts";
import { startServer } from "../support/test_server.ts";
import type { InstalledPackage } from "./installed_package.ts";

/** The command line on one runtime. */
export class InstalledCli {
  readonly installed: InstalledPackage;
  readonly #executable: string;

  constructor(installed: InstalledPackage, executable: string) {
    this.installed = installed;
    this.#executable = executable;
  }

  /** Starts a command line by the link that npm creates. */
  start(...args: string[]): Program {
    const link = `${this.installed.folder}/node_modules/.bin/foxglove-ws`;
    // On Windows, the link is a script for the shell.
    const main = `${this.installed.path}/dist/src/cli/main.js`;
    return new Program({ executable: this.#executable }, Deno.build.os === "windows" ? main : link, ...args);
  }

  /** Runs a command line to its end. */
  async run(...args: string[]): Promise<ProgramEnd> {
    await using program = this.start(...args);
    return await program.ended();
  }
}

/** What the command line must do, by name. */
export const CLI_CASES: Record<string, (cli: InstalledCli) => Promise<void>> = {
  async "prints the version of the package"(cli) {
    const { code, lines, stderr } = await cli.run("--version");
    assertEquals([code, lines, stderr], [0, [`foxglove-ws ${config.version}`], ""]);
  },

  async "prints help without the permissions of Deno"(cli) {
    const { code, lines } = await cli.run("topics", "--help");
    assertEquals([code, lines[0]!.split(":")[0], lines.includes("Examples:")], [0, "foxglove-ws topics", true]);
    assertEquals(lines.filter((line) => /permission|--allow/i.test(line)), []);
  },

  async "ends with 2 for an unknown option"(cli) {
    const { code, lines, stderr } = await cli.run("topics", "--nonsense");
    assertEquals([code, lines], [2, []]);
    assertEquals(stderr, 'foxglove-ws topics: unknown option "--nonsense"; --help lists the options\n');
  },

  async "prints completion scripts for the name of the program"(cli) {
    const { code, lines } = await cli.run("completion", "bash");
    assertEquals([code, lines.some((line) => /^complete .* foxglove-ws$/.test(line))], [0, true]);
  },

  async "serves the demo, which other commands use, until Ctrl-C"(cli) {
    await using program = cli.start("demo", "--port", "0", "--json");
    const { url }: { url: string } = JSON.parse(await program.line());
    const { code, lines, stderr } = await cli.run("topics", "--url", url, "--json");
    assertEquals([code, stderr], [0, ""]);
    const topics = lines.filter((line) => line !== "").map((line) => JSON.parse(line).topic);
    assertEquals(["/battery", "/camera/image"].filter((topic) => !topics.includes(topic)), []);
    const echo = await cli.run("echo", "/battery", "--count", "1", "--json", "--url", url);
    assertEquals([echo.code, JSON.parse(echo.lines[0]!).topic], [0, "/battery"]);
    assertEquals((await cli.run("doctor", "--url", url)).code, 0);
    const file = `${cli.installed.folder}/topics.ts`;
    const types = await cli.run("types", "--force", "-o", file, "--url", url);
    assertEquals([types.code, types.stderr.startsWith(`Wrote ${file} with the codecs of `)], [0, true]);
    assertStringIncludes(await Deno.readTextFile(file), `from "${config.name}/client";`);
    // Windows has no such signal.
    if (Deno.build.os === "windows") return;
    program.kill("SIGINT");
    const end = await program.ended();
    assertEquals([end.code, end.signal], [0, null]);
  },

  async "prints bytes as hex"(cli) {
    await using server = await startServer();
    const bytes = Uint8Array.of(0, 1, 0xff);
    const raw = server.addChannel({ topic: "/raw", encoding: "cdr", latch: true });
    server.sendMessage(raw, 5n, bytes);
    const { code, lines } = await cli.run("echo", "/raw", "--count", "1", "--json", "--url", server.url!);
    assertEquals([code, JSON.parse(lines[0]!)], [0, { topic: "/raw", timestamp: "5", encoding: "cdr", hex: "0001ff" }]);
  },
};
