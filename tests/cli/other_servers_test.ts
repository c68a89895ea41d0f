// All commands with other implementations of the protocol. `echo` and `doctor` have tests of their own for that.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { timeNs } from "../../mod.ts";
import { FIXTURE } from "../interop/fixture.ts";
import { missingProgram, NPM_SERVER, RUST_SERVER, ServerDriver } from "../interop/server_driver.ts";
import { testUnless } from "../support/needed_programs.ts";
import { runCli, startCli } from "./fixture.ts";

for (const implementation of [NPM_SERVER, RUST_SERVER]) {
  const missing = missingProgram(implementation.needs);
  testUnless(missing, `the commands work with ${implementation.name}`, async (test) => {
    await using server = await ServerDriver.start(implementation);
    await runSteps(test, server, implementation !== NPM_SERVER);
  });
}

async function runSteps(test: Deno.TestContext, server: ServerDriver, hasGraph: boolean): Promise<void> {
  const url = ["--url", server.url];

  await test.step("topics lists the channels", async () => {
    const { code, lines, stderr } = await runCli(["topics", "--json", ...url]);
    assertEquals([code, stderr], [0, ""]);
    const expected = FIXTURE.channels.map(({ topic, encoding, schemaName }) => [topic, encoding, schemaName]);
    const actual = lines.map((line) => JSON.parse(line)).map((each) => [each.topic, each.encoding, each.schemaName]);
    assertEquals(actual, expected.toSorted());
  });

  await test.step("types writes a codec for each schema", async () => {
    const { code, lines } = await runCli(["types", ...url]);
    assertEquals([code, lines.some((line) => line.includes('"/odom"'))], [0, true]);
  });

  for (const command of ["hz", "bw", "delay"]) {
    await test.step(`${command} measures a topic`, async () => {
      await using program = startCli([command, "/odom", "--json", ...url]);
      assertEquals((await server.nextEvent("subscribe")).topic, "/odom");
      const send = () =>
        server.execute({ type: "sendMessage", topic: "/odom", timestamp: `${timeNs()}`, payload: btoa('{"x":1}') });
      let measured: { topic?: string; messages?: number } = {};
      while (!measured.messages) {
        await send();
        measured = JSON.parse(await program.line());
      }
      assertEquals(measured.topic, "/odom");
      program.kill("SIGINT");
      assertEquals((await program.ended()).code, 0);
    });
  }

  await test.step("graph prints the connection graph, or says that there is none", async () => {
    if (!hasGraph) {
      const { code, lines, stderr } = await runCli(["graph", ...url]);
      assertEquals([code, lines], [1, []]);
      return assertStringIncludes(stderr, "connectionGraph");
    }
    const graph = {
      publishedTopics: [{ name: "/odom", publisherIds: ["base"] }],
      subscribedTopics: [{ name: "/odom", subscriberIds: ["planner", "ui"] }],
      advertisedServices: [{ name: "/add", providerIds: ["calculator"] }],
    };
    await using program = startCli(["graph", "--watch", ...url]);
    await server.execute({ type: "updateConnectionGraph", graph });
    let text = "";
    while (!text.includes("calculator")) text += `${await program.line()}\n`;
    assertEquals(["base", "planner", "ui"].filter((name) => !text.includes(name)), []);
    program.kill("SIGINT");
    assertEquals((await program.ended()).code, 0);
  });

  await test.step("call prints the response, or the failure of the service", async () => {
    const { code, lines, stderr } = await runCli(["call", "/add", '{"a": 1, "b": 2}', "--json", ...url]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(lines[0]!), { service: "/add", encoding: "json", value: { sum: 3 } });
    const failed = await runCli(["call", "/fail", ...url]);
    assertEquals([failed.code, failed.lines], [1, []]);
    assertStringIncludes(failed.stderr, FIXTURE.failure);
  });

  await test.step("param list, get and set", async () => {
    const { lines } = await runCli(["param", "list", "--json", ...url]);
    assertEquals(lines.map((line) => JSON.parse(line).name), FIXTURE.parameters.map(({ name }) => name).toSorted());
    const get = await runCli(["param", "get", "text", "none", ...url]);
    assertEquals([get.code, get.lines[1]], [1, 'text  text  "größer"']);
    assertStringIncludes(get.stderr, 'the server does not know "none"');
    assertEquals((await runCli(["param", "set", "float", "2", ...url])).lines, ["float is 2"]);
    const float = await runCli(["param", "get", "float", "--json", ...url]);
    assertEquals(JSON.parse(float.lines[0]!), { name: "float", value: 2, type: "float64" });
    assertEquals((await runCli(["param", "set", "integer", "-8", ...url])).lines, ["integer is -8"]);
    assertEquals((await runCli(["param", "set", "text", "5", ...url])).lines, ['text is "5"']);
    assertEquals((await runCli(["param", "set", "added", "[1,2]", ...url])).lines, ["added is [1,2]"]);
  });

  await test.step("param watch prints a value and its change", async () => {
    await using program = startCli(["param", "watch", "bool", ...url]);
    assertEquals(await program.line(), "bool  true");
    await server.execute({ type: "updateParameters", parameters: [{ name: "bool", value: false }] });
    assertEquals(await program.line(), "bool  false");
    program.kill("SIGINT");
    assertEquals((await program.ended()).code, 0);
  });

  await test.step("pub publishes JSON", async () => {
    const { code, lines, stderr } = await runCli(["pub", "/cmd", '{"x": 1}', ...url]);
    assertEquals([code, lines, stderr], [0, ["1 message published on /cmd"], ""]);
    const { topic, payload } = await server.nextEvent("message");
    assertEquals([topic, atob(String(payload))], ["/cmd", '{"x": 1}']);
    const cdr = await runCli(["pub", "/points", "{}", "--encoding", "protobuf", ...url]);
    assertEquals(cdr.code, 1);
    assertStringIncludes(cdr.stderr, 'the server does not accept messages as encoding "protobuf"');
  });

  await test.step("assets get reports a missing asset", async () => {
    const { code, lines } = await runCli(["assets", "get", "package://none", ...url]);
    assertEquals([code, lines], [1, []]);
  });

  await test.step("info lists services and parameters", async () => {
    const { code, lines, stderr } = await runCli(["info", "--json", ...url]);
    assertEquals([code, stderr], [0, ""]);
    const { name, topics, services, parameters } = JSON.parse(lines[0]!);
    assertEquals([name, topics, parameters.includes("bool")], ["matrix", 3, true]);
    assertEquals(services.map(({ name }: { name: string }) => name), ["/add", "/fail"]);
  });
}
