// param: lists, reads, sets and watches parameters.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import type { Parameter } from "../../src/client/mod.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { startServer } from "../support/test_server.ts";
import { runCli, startCli } from "./fixture.ts";

const DEFINITIONS = {
  "/gains": { value: [0.5, 2] },
  "/mode": { value: "auto", oneOf: ["auto", "manual", "5"] },
  "/offset": { value: 0, min: -10, max: 10 },
  "/speed": { value: 1, type: "float64", min: 0, max: 3 },
} as const;

async function startParameters(): Promise<FoxgloveServer> {
  const server = await startServer({ logger: false });
  server.parameters(DEFINITIONS);
  return server;
}

Deno.test("param list prints a table, sorted by name", async () => {
  await using server = await startParameters();
  assertEquals(await runCli(["param", "list", "--url", server.url!]), {
    code: 0,
    signal: null,
    lines: [
      "NAME     TYPE           VALUE",
      "/gains   float64_array  [0.5,2]",
      '/mode    text           "auto"',
      "/offset  integer        0",
      "/speed   float64        1",
    ],
    stderr: "",
  });
});

Deno.test("param get prints a value, several as a table, and what the server does not know", async () => {
  await using server = await startParameters();
  const url = ["--url", server.url!];
  assertEquals((await runCli(["param", "get", "/mode", ...url])).lines, ['"auto"']);
  const json = await runCli(["param", "get", "/speed", "/gains", "--json", ...url]);
  assertEquals(json.lines.map((line) => JSON.parse(line)), [
    { name: "/gains", value: [0.5, 2], type: "float64_array" },
    { name: "/speed", value: 1, type: "float64" },
  ]);
  const some = await runCli(["param", "get", "/mode", "/a", "/b", ...url]);
  assertEquals([some.code, some.lines.length], [1, 2]);
  assertStringIncludes(some.stderr, 'param: the server does not know "/a", "/b"; "foxglove-ws param list" lists them');
  const similar = await runCli(["param", "get", "Speed", ...url]);
  assertEquals([similar.code, similar.lines], [1, []]);
  assertStringIncludes(similar.stderr, 'the server does not know "Speed"; did you mean "/speed"?');
});

for (
  const [name, text, shown, value] of [
    ["/mode", "manual", '"manual"', "manual"],
    ["/mode", '"manual"', '"manual"', "manual"],
    // A parameter with text keeps text.
    ["/mode", "5", '"5"', "5"],
    ["/offset", "-5", "-5", -5],
    ["/speed", "2", "2", 2],
    ["/gains", "[1, -0.5]", "[1,-0.5]", [1, -0.5]],
  ] as const
) {
  Deno.test(`param set ${name} ${text}`, async () => {
    await using server = await startParameters();
    const url = ["--url", server.url!];
    const set = await runCli(["param", "set", name, text, ...url]);
    assertEquals(set, { code: 0, signal: null, lines: [`${name} is ${shown}`], stderr: "" });
    const { lines } = await runCli(["param", "get", name, "--json", ...url]);
    assertEquals(JSON.parse(lines[0]!).value, value);
  });
}

for (
  const [name, text, reason] of [
    ["/mode", "fast", 'rejected "fast": "/mode": not one of "auto"'],
    ["/speed", "9", 'rejected 9: "/speed"'],
    ["/none", "1", "/none"],
  ] as const
) {
  Deno.test(`param set ${name} ${text} is rejected with code 1 and one line`, async () => {
    await using server = await startParameters();
    const { code, lines, stderr } = await runCli(["param", "set", name, text, "--url", server.url!]);
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2], stderr);
    assertStringIncludes(stderr, reason);
  });
}

/** Starts a server that accepts every parameter, but no value above 10. */
async function startOpenServer(): Promise<FoxgloveServer> {
  const values = new Map<string, Parameter>([["/a", { name: "/a", value: 1 }]]);
  return await startServer({
    logger: false,
    capabilities: ["parameters", "parametersSubscribe"],
    listener: {
      onGetParameters: () => [...values.values()],
      onSetParameters(_server, parameters) {
        for (const { name, value, ...rest } of parameters) {
          if (value === undefined) values.delete(name);
          else values.set(name, { ...rest, name, value: typeof value === "number" ? Math.min(value, 10) : value });
        }
        return parameters.map(({ name }) => values.get(name) ?? { name });
      },
    },
  });
}

Deno.test("param set creates and removes parameters, and reports a value that the server has changed", async () => {
  await using server = await startOpenServer();
  const url = ["--url", server.url!];
  assertEquals((await runCli(["param", "set", "/new", "some text", ...url])).lines, ['/new is "some text"']);
  const changed = await runCli(["param", "set", "/a", "99", ...url]);
  assertEquals([changed.code, changed.lines], [0, ["/a is 10"]]);
  assertEquals(changed.stderr, "The server has changed 99 to 10\n");
  const same = await runCli(["param", "set", "/a", "98", ...url]);
  assertEquals(same.code, 1);
  assertStringIncludes(same.stderr, 'the server has rejected 98; "/a" is still 10');
  const removed = await runCli(["param", "set", "/a", "null", "--json", ...url]);
  assertEquals([removed.code, removed.lines], [0, ['{"name":"/a"}']]);
});

Deno.test("param watch prints the values and their changes until Ctrl-C", async () => {
  await using server = await startServer({ logger: false });
  const parameters = server.parameters(DEFINITIONS);
  await using program = startCli(["param", "watch", "/speed", "/new", "--json", "--url", server.url!]);
  assertEquals(JSON.parse(await program.line()), { name: "/speed", value: 1, type: "float64" });
  parameters.set("/speed", 2.5);
  assertEquals(JSON.parse(await program.line()), { name: "/speed", value: 2.5, type: "float64" });
  program.kill("SIGINT");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr], [0, [], "Waiting for /new, which the server does not know yet\n"]);
});

Deno.test("param watch prints all parameters, and ends with code 1 when the server ends", async () => {
  await using server = await startParameters();
  await using program = startCli(["param", "watch", "--url", server.url!]);
  for (const line of ["/gains  [0.5,2]", '/mode  "auto"', "/offset  0", "/speed  1"]) {
    assertEquals(await program.line(), line);
  }
  await server.close();
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr.split("\n").length], [1, 2]);
});

Deno.test("param ends with code 1 if the server has no parameters or does not report changes", async () => {
  await using none = await startServer();
  await using silent = await startServer({ capabilities: ["parameters"], listener: { onGetParameters: () => [] } });
  for (
    const [url, action, text] of [
      [none.url, "list", 'it lacks the capability "parameters"'],
      [silent.url, "watch", 'it lacks the capability "parametersSubscribe"'],
    ] as const
  ) {
    const { code, stderr } = await runCli(["param", action, "--url", url!]);
    assertEquals([code, stderr.split("\n").length], [1, 2]);
    assertStringIncludes(stderr, text);
  }
  const { code, lines, stderr } = await runCli(["param", "list", "--url", silent.url!]);
  assertEquals([code, lines, stderr], [0, [], "The server has no parameters\n"]);
});

for (const args of [["put"], ["toString"], ["get"], ["set", "/a"], ["list", "/a"]]) {
  Deno.test(`param ${args.join(" ")} ends with code 2 and says what is right`, async () => {
    const { code, stderr } = await runCli(["param", ...args]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "use ");
  });
}
