// The example clients, each with its example server.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { runExample, startExample } from "../support/example.ts";
import { freePort } from "../support/free_port.ts";
import type { Program } from "../support/program.ts";

const FOLDER = new URL("../../examples/", import.meta.url);
const CLIENTS = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith("_client.ts"));

async function take(program: Program, count: number): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < count) lines.push(await program.line());
  return lines;
}

/** Sends Ctrl-C, and asserts that the program ends without an error, and has written only `log` on stderr. */
async function interrupt(program: Program, log = ""): Promise<void> {
  program.kill("SIGINT");
  const { code, signal, stderr } = await program.ended();
  assertEquals([code, signal, stderr], [0, null, log]);
}

Deno.test("simple_client.ts prints the channels, and the messages of one channel in order", async () => {
  await using server = await startExample("simple_server.ts");
  await using client = runExample("simple_client.ts", "--url", server.url);
  assertEquals(await take(client, 2), ['Connected to "example server"', "+ example_msg: ExampleMsg, in json"]);
  const counts: number[] = [];
  for (const line of await take(client, 3)) {
    const [, count] = line.match(/^\d{4}-\S+Z example_msg \{ msg: "Hello!", count: (\d+) \}$/) ?? [];
    counts.push(Number(count));
  }
  const [first = 0] = counts;
  assertEquals(counts, [first, first + 1, first + 2]);
  await interrupt(client);
});

Deno.test("simple_client.ts subscribes to the topic of --topic", async () => {
  await using server = await startExample("worker_server.ts");
  const { port } = new URL(server.url);
  await using client = runExample("simple_client.ts", "--host", "127.0.0.1", "--port", port, "--topic", "/wave");
  assertEquals((await take(client, 2))[1], "+ /wave: Wave, in json");
  assertStringIncludes(await client.line(), "/wave { sample: 1, value: ");
  await interrupt(client);
});

Deno.test("simple_client.ts reports a lost connection, and continues when the server is running again", async () => {
  const server = await startExample("simple_server.ts", String(freePort()));
  await using client = runExample("simple_client.ts", "--url", server.url);
  await take(client, 3);
  await server[Symbol.asyncDispose]();
  let line = await client.line();
  // Skips messages that were in flight when the server was killed.
  while (line.endsWith("}")) line = await client.line();
  assertStringIncludes(line, `The connection to ${server.url}/ was closed`);
  assertEquals(await client.line(), "- example_msg");

  await using _restarted = await startExample("simple_server.ts", new URL(server.url).port);
  // Skips the reports of failed attempts.
  while (line !== 'Connected to "example server"') line = await client.line();
  assertEquals(await client.line(), "+ example_msg: ExampleMsg, in json");
  assertStringIncludes(await client.line(), 'example_msg { msg: "Hello!"');
  await interrupt(client);
});

Deno.test("param_client.ts gets, sets and watches", async () => {
  await using server = await startExample("param_server.ts");
  await using client = runExample("param_client.ts", "--url", server.url);
  const all = await take(client, 9);
  assertStringIncludes(all.join("\n"), "Got str_param = asdf\nGot bool_param = true");
  assertEquals(await take(client, 2), [
    "Set str_param = set by param_client.ts",
    "Set read_only_str_param = can't change me",
  ]);
  const now = await take(client, 9);
  assertStringIncludes(now.join("\n"), "Now str_param = set by param_client.ts");
  // The server changes this parameter itself.
  assertEquals(/^Now int_param = \d+$/.test(await client.line()), true);
  await interrupt(client, 'foxglove-ws: Status of the server: read-only: "read_only_str_param"\n');
});

Deno.test("service_client.ts makes a call that succeeds, one that fails, and one that times out", async () => {
  await using server = await startExample("service_server.ts");
  await using client = runExample("service_client.ts", "--url", server.url);
  const { code, lines, stderr } = await client.ended();
  assertEquals([code, stderr], [0, ""]);
  assertEquals(lines.filter((line) => !line.startsWith("The call failed: ")), [
    "/add_two_ints: AddTwoInts",
    "/sleep: Sleep",
    "20 + 22 = 42",
    "/sleep timed out",
  ]);
  assertStringIncludes(lines[3]!, 'The call failed: Service "/add_two_ints" failed: ');
});

Deno.test("typed_client.ts sends a target, calls a service and prints the battery of typed_server.ts", async () => {
  await using server = await startExample("typed_server.ts");
  await using client = runExample("typed_client.ts", "--url", server.url);
  assertEquals(await client.line(), "Charging takes 40 minutes");
  assertEquals(/^1[12]\.\d\d V in 3 cells$/.test(await client.line()), true);
  assertEquals(await server.program.line(), "Client 1 sends the robot to 1, 2");
  await interrupt(client);
});

Deno.test("publish_client.ts publishes to publish_server.ts", async () => {
  await using server = await startExample("publish_server.ts");
  await using client = runExample("publish_client.ts", "--url", server.url, "--topic", "/drive");
  assertEquals(await take(client, 2), ["Published 1 on /drive", "Published 2 on /drive"]);
  const received: string[] = [];
  // The server also logs connections.
  while (received.length < 3) {
    received.push(...(await take(server.program, 1)).filter((line) => line.includes("/drive")));
  }
  assertEquals(received, [
    "Client 1 publishes on /drive",
    "Client 1 on /drive: { count: 1 }",
    "Client 1 on /drive: { count: 2 }",
  ]);
  await interrupt(client);
});

Deno.test("there are five example clients", () => {
  assertEquals(CLIENTS.sort(), [
    "param_client.ts",
    "publish_client.ts",
    "service_client.ts",
    "simple_client.ts",
    "typed_client.ts",
  ]);
});

for (const name of CLIENTS) {
  Deno.test(`${name} reports in one line that it cannot connect`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    await using program = runExample(name, "--host", "127.0.0.1", "--port", String(port));
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, lines, stderr], [1, [], `${stderr.split("\n")[0]}\n`]);
    assertStringIncludes(stderr, `Cannot connect to ws://127.0.0.1:${port}/`);
    assertStringIncludes(stderr, "use --host, --port or --url to choose another server");
  });

  Deno.test(`${name} --help lists the options`, async () => {
    await using program = runExample(name, "--help");
    const { code, lines } = await program.ended();
    assertEquals(code, 0);
    for (const option of ["--host", "--port", "--url", "--help"]) assertStringIncludes(lines.join("\n"), option);
  });
}

for (
  const [args, text] of [
    [["--topi", "/a"], 'unknown argument "--topi"'],
    [["ws://localhost"], 'unknown argument "ws://localhost"'],
    [["--url", "localhost:8765"], 'Cannot connect to "localhost:8765": not a URL'],
    [["--port", "x"], '"x" is not a port number'],
    [["--host="], "--host requires an address"],
  ] as const
) {
  Deno.test(`simple_client.ts ${args.join(" ")} reports the invalid argument in one line`, async () => {
    await using program = runExample("simple_client.ts", ...args);
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, lines, stderr], [2, [], `${stderr.split("\n")[0]}\n`]);
    assertStringIncludes(stderr, text);
  });
}
