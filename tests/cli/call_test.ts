// call: calls services.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { protobuf } from "../../src/client/mod.ts";
import { RefusalError } from "../../src/server/refusal_error.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { BATTERY_PROTO } from "../support/battery_proto.ts";
import { startServer } from "../support/test_server.ts";
import { runCli, startCli } from "./fixture.ts";

const RAW = { schemaName: "Raw", schemaEncoding: "ros2msg", schema: "" };

/** Starts a server with services. `onSleep` is called when the service that never answers is called. */
async function startServices(onSleep: () => void = () => {}): Promise<FoxgloveServer> {
  const server = await startServer({ logger: false, capabilities: ["services"] });
  const battery = protobuf({ descriptor: BATTERY_PROTO.schema, type: BATTERY_PROTO.schemaName });
  server.service("/add", ({ a = 0, b = 0 }: { a?: number; b?: number }) => ({ sum: a + b }));
  server.service("/battery", (value) => ({ ...value, name: "charged" }), { request: battery, response: battery });
  server.service("/fail", () => {
    throw new RefusalError("no fuel");
  });
  server.service("/sleep", (_request, { signal }) => {
    onSleep();
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  server.service("/raw", () => new Uint8Array([1, 255]), {
    response: { encoding: "cdr", ...RAW, encode: (bytes: Uint8Array) => bytes },
  });
  server.service("/serial", () => new TextEncoder().encode("9007199254740993"), {
    response: { encoding: "json", schemaName: "", schema: "", encode: (bytes: Uint8Array) => bytes },
  });
  server.service("/ros", () => ({}), {
    request: { encoding: "cdr", ...RAW, decode: () => undefined },
  });
  return server;
}

Deno.test("call prints the response, and calls with {} without a request", async () => {
  await using server = await startServices();
  const url = ["--url", server.url!];
  const three = await runCli(["call", "/add", '{"a": 1, "b": 2}', ...url]);
  assertEquals(three, { code: 0, signal: null, lines: ['{"sum":3}'], stderr: "" });
  const zero = await runCli(["call", "/add", "--json", ...url]);
  assertEquals(JSON.parse(zero.lines[0]!), { service: "/add", encoding: "json", value: { sum: 0 } });
});

Deno.test("call converts requests and responses by the protobuf schemas of the service", async () => {
  await using server = await startServices();
  const args = ["call", "/battery", '{"volts": 12.5}', "--json", "--url", server.url!];
  const { code, lines, stderr } = await runCli(args);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(lines[0]!), {
    service: "/battery",
    encoding: "protobuf",
    value: { volts: 12.5, name: "charged" },
  });
});

Deno.test("call prints all digits of a response that is a long integer", async () => {
  await using server = await startServices();
  const { code, lines } = await runCli(["call", "/serial", "--json", "--url", server.url!]);
  assertEquals([code, lines], [0, ['{"service":"/serial","encoding":"json","value":"9007199254740993"}']]);
});

Deno.test("call prints a response in another encoding as hex", async () => {
  await using server = await startServices();
  const url = ["--url", server.url!];
  const text = await runCli(["call", "/raw", ...url]);
  assertEquals([text.code, text.lines], [0, ["01ff"]]);
  assertStringIncludes(text.stderr, 'the encoding "cdr"');
  const json = await runCli(["call", "/raw", "--json", ...url]);
  assertEquals(JSON.parse(json.lines[0]!), { service: "/raw", encoding: "cdr", hex: "01ff" });
});

for (
  const [args, text] of [
    [["/fail"], 'call: "/fail" failed: no fuel'],
    [["/Add"], 'the server has no service "/Add"; did you mean "/add"?'],
    [["/batery"], 'the server has no service "/batery"; did you mean "/battery"?'],
    [["/none"], 'the server has no service "/none"; "foxglove-ws info" lists them'],
    [["/ros"], '"/ros" has the encoding "cdr", but only json and protobuf can be written'],
    [["/battery", '{"amperes": 1}'], 'the value does not fit the schema "robot.Battery"'],
  ] as const
) {
  Deno.test(`call ${args.join(" ")} ends with code 1 and one line`, async () => {
    await using server = await startServices();
    const { code, lines, stderr } = await runCli(["call", ...args, "--url", server.url!]);
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
    assertStringIncludes(stderr, text);
  });
}

Deno.test("call ends with code 1 if the server has no services, and with 2 if the request is not JSON", async () => {
  await using server = await startServer();
  const none = await runCli(["call", "/add", "--url", server.url!]);
  assertEquals(none.code, 1);
  assertStringIncludes(none.stderr, 'the server has no services: it lacks the capability "services"');
  const wrong = await runCli(["call", "/add", "{a: 1}"]);
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.stderr, "the request is not JSON: ");
});

Deno.test("call ends with 130 if Ctrl-C cuts it short, and with 1 if the server ends", async () => {
  for (const isStopped of [true, false]) {
    const called = Promise.withResolvers<void>();
    await using server = await startServices(called.resolve);
    await using program = startCli(["call", "/sleep", "--url", server.url!]);
    await called.promise;
    if (isStopped) program.kill("SIGINT");
    else await server.close();
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr.split("\n").length], isStopped ? [130, 1] : [1, 2]);
  }
});
