// assets: fetches files.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { RefusalError } from "../../src/server/refusal_error.ts";
import { startServer } from "../support/test_server.ts";
import { runCli, startCli } from "./fixture.ts";
import { startInShell } from "./shell.ts";
import { startOnTerminal } from "./terminal.ts";

const URI = "package://arm/mesh.bin";
/** Bytes that are not UTF-8, more than a pipe holds. */
const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);

function startAssetServer(onFetch: () => void = () => {}) {
  return startServer({
    logger: false,
    capabilities: ["assets"],
    listener: {
      onFetchAsset(_server, uri) {
        onFetch();
        if (uri === "package://arm/slow") return new Promise<Uint8Array>(() => {});
        if (uri !== URI) throw new RefusalError("no such file");
        return BYTES;
      },
    },
  });
}

Deno.test("assets get -o writes a file", async () => {
  await using server = await startAssetServer();
  const dir = await Deno.makeTempDir();
  try {
    const args = ["assets", "get", URI, "-o", `${dir}/mesh.bin`, "--url", server.url!];
    const { code, lines, stderr } = await runCli(args, { dir });
    assertEquals([code, lines, stderr], [0, [`293 KiB written to ${dir}/mesh.bin`], ""]);
    assertEquals(await Deno.readFile(`${dir}/mesh.bin`), BYTES);
    const relative = ["assets", "get", URI, "-o", "arm.bin", "--url", server.url!];
    await using program = startInShell(relative, { before: `cd '${dir}' &&`, dir });
    assertEquals((await program.ended()).lines, [`293 KiB written to ${dir}/arm.bin`]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("assets get writes the bytes to stdout, unless it is a terminal", async () => {
  await using server = await startAssetServer();
  const args = ["assets", "get", URI, "--url", server.url!];
  await using program = startInShell(args, { after: "| sha256sum" });
  const { lines } = await program.ended();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", BYTES));
  assertEquals(lines, [`${digest.toHex()}  -`]);
  await using terminal = startOnTerminal(args);
  const end = await terminal.ended();
  assertEquals([end.code, end.lines.length], [2, 1]);
  assertStringIncludes(end.lines[0]!, "write it with -o FILE");
});

Deno.test("assets get ends with code 1 and one line for each failure", async () => {
  await using server = await startAssetServer();
  await using none = await startServer();
  for (
    const [url, args, text] of [
      [server.url, ["get", "package://arm/other"], 'the server cannot send "package://arm/other": no such file'],
      [server.url, ["get", URI, "-o", "/nowhere/mesh.bin"], 'cannot write "/nowhere/mesh.bin": '],
      [server.url, ["get", URI, "-o", "/mesh.bin"], 'cannot write "/mesh.bin": '],
      [none.url, ["get", URI], 'it lacks the capability "assets"'],
    ] as const
  ) {
    const { code, lines, stderr } = await runCli(["assets", ...args, "--url", url!]);
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2], stderr);
    assertStringIncludes(stderr, text);
  }
});

Deno.test("assets get ends with 130 if Ctrl-C cuts it short", async () => {
  const requested = Promise.withResolvers<void>();
  await using server = await startAssetServer(requested.resolve);
  await using program = startCli(["assets", "get", "package://arm/slow", "--url", server.url!]);
  await requested.promise;
  program.kill("SIGINT");
  assertEquals((await program.ended()).code, 130);
});

Deno.test("assets ends with code 2 for another action", async () => {
  const { code, stderr } = await runCli(["assets", "list", URI]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'unknown action "list": use "assets get URI"');
});
