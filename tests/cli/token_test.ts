// The token of a command line: an argument, or a variable that other users cannot see.

import { assertEquals } from "@std/assert/equals";
import { bearerToken } from "../../src/server/http/bearer_token.ts";
import { startServer } from "../support/test_server.ts";
import { commandOf, runCli } from "./fixture.ts";
import { Program } from "../support/program.ts";

const TOKEN = "4f1c2a9e7b3d8056";

Deno.test("a command sends the token of --token in a header", async () => {
  const urls: string[] = [];
  const authorize = bearerToken({ token: TOKEN, name: "operator" });
  await using server = await startServer({
    authorize(request) {
      urls.push(new URL(request.url).search);
      return authorize(request);
    },
  });
  const { code, stderr } = await runCli(["topics", "--url", server.url!, "--token", TOKEN]);
  assertEquals([code, stderr, urls], [0, "The server has no topics\n", [""]]);
});

Deno.test("a command reads the token from FOXGLOVE_WS_TOKEN if it may", async () => {
  await using server = await startServer({ authorize: bearerToken(TOKEN), logger: false });
  const [executable = "", run = "", ...rest] = commandOf(["topics", "--url", server.url!]);
  const end = async (...flags: string[]) => {
    await using program = new Program({ executable, env: { FOXGLOVE_WS_TOKEN: TOKEN } }, run, ...flags, ...rest);
    const { code, stderr } = await program.ended();
    return { code, stderr };
  };
  assertEquals(await end("--allow-env=FOXGLOVE_WS_TOKEN"), { code: 0, stderr: "The server has no topics\n" });
  const without = await end();
  assertEquals([without.code, without.stderr.split("\n").length], [1, 2]);
  const text = "the server requires a token, and none was sent (401); use --token or FOXGLOVE_WS_TOKEN";
  assertEquals(without.stderr, `foxglove-ws topics: Cannot connect to ${server.url}/: ${text}\n`);
  const wrong = await runCli(["topics", "--url", `${server.url}/?token=wrong-token-01234`]);
  const rejected = "the server has rejected the token (401); check --token or FOXGLOVE_WS_TOKEN";
  assertEquals(wrong.stderr, `foxglove-ws topics: Cannot connect to ${server.url}/: ${rejected}\n`);
});
