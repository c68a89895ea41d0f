// pub: publishes messages.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { Publisher } from "../../src/cli/publisher.ts";
import { type FoxgloveClient, type FoxgloveClientListener, json, protobuf, StatusLevel } from "../../src/client/mod.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { BATTERY_PROTO } from "../support/battery_proto.ts";
import { Queue } from "../support/events.ts";
import { startServer } from "../support/test_server.ts";
import { SERVER_INFO, startScripted } from "./faulty_servers.ts";
import { commandOf, runCli, startCli } from "./fixture.ts";
import { startInShell } from "./shell.ts";
import { plainText, startOnTerminal } from "./terminal.ts";

const BATTERY = protobuf({ descriptor: BATTERY_PROTO.schema, type: BATTERY_PROTO.schemaName });

const TARGET = json({ example: { x: 0 } });

/** Starts a server that clients may publish to. It has parameters, so `pub` waits for an answer, not for a time. */
async function startReceiver(options: Partial<FoxgloveServerOptions> = {}): Promise<FoxgloveServer> {
  const server = await startServer({ capabilities: ["clientPublish"], logger: false, ...options });
  server.parameters({});
  return server;
}

/** Returns the values that arrive on a topic, with the schemas of their channels. */
function received(server: FoxgloveServer, topic: string, codec = json<unknown>()): Queue<[string, unknown]> {
  const values = new Queue<[string, unknown]>("a message");
  server.onPublish(topic, codec, (value, { channel }) => values.push([channel.schemaName, value]));
  return values;
}

Deno.test("pub publishes JSON once", async () => {
  await using server = await startReceiver({ supportedEncodings: ["json"] });
  const values = received(server, "/cmd");
  const end = await runCli(["pub", "/cmd", '{"speed": 0.5}', "--schema", "Twist", "--url", server.url!]);
  assertEquals(end, { code: 0, signal: null, lines: ["1 message published on /cmd"], stderr: "" });
  assertEquals(await values.next(), ["Twist", { speed: 0.5 }]);
});

for (const [topic, options] of [["/battery", []], ["/other", ["--schema", "robot.Battery"]]] as const) {
  Deno.test(`pub encodes protobuf by the server's schema: ${topic} ${options.join(" ")}`, async () => {
    await using server = await startReceiver({ supportedEncodings: ["json", "protobuf"] });
    server.addChannel({ topic: "/battery", ...BATTERY_PROTO });
    const values = received(server, topic, BATTERY as never);
    const args = ["pub", topic, '{"volts": "Infinity", "name": "a"}', ...options, "--json", "--url", server.url!];
    const { code, lines, stderr } = await runCli(args);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(lines[0]!), { topic, encoding: "protobuf", schemaName: "robot.Battery", published: 1 });
    assertEquals(await values.next(), ["robot.Battery", { volts: Infinity, name: "a" }]);
  });
}

Deno.test("pub reports a value that does not fit the protobuf schema, with the name that was probably meant", async () => {
  await using server = await startReceiver({ supportedEncodings: ["protobuf"] });
  server.addChannel({ topic: "/battery", ...BATTERY_PROTO });
  for (
    const [value, text] of [
      ['{"Volts": 1}', 'did you mean "volts"?'],
      ['{"volts": "x"}', '"volts" must be a number'],
    ] as const
  ) {
    const { code, lines, stderr } = await runCli(["pub", "/battery", value, "--url", server.url!]);
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
    assertStringIncludes(stderr, 'the value does not fit the schema "robot.Battery"');
    assertStringIncludes(stderr, text);
  }
});

Deno.test("pub names the schema that was probably meant", async () => {
  await using server = await startReceiver({ supportedEncodings: ["protobuf"] });
  server.addChannel({ topic: "/battery", ...BATTERY_PROTO });
  const { code, stderr } = await runCli(["pub", "/b", "{}", "--schema", "robot.Batery", "--url", server.url!]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'the schema "robot.Batery" in protobuf; did you mean "robot.Battery"?');
});

Deno.test("pub publishes each line of stdin, also without a last line break", async () => {
  await using server = await startReceiver();
  const values = received(server, "/log");
  const args = ["pub", "/log", "-", "--url", server.url!];
  await using program = startInShell(args, { before: `printf '{"n": 1}\\n\\n{"n": 2}\\r\\n{"n": 3}' |` });
  assertEquals((await program.ended()).lines, ["3 messages published on /log"]);
  for (const n of [1, 2, 3]) assertEquals(await values.next(), ["", { n }]);
});

Deno.test("pub names the line of stdin that is not JSON", async () => {
  await using server = await startReceiver();
  await using program = startInShell(["pub", "/log", "-", "--url", server.url!], { before: `printf '{}\\nx\\n' |` });
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "pub: line 2 is not JSON: ");
});

Deno.test("pub ends with 0 on Ctrl-C while it waits for a line of stdin", async () => {
  await using server = await startReceiver();
  const values = received(server, "/log");
  const [executable = "", ...args] = commandOf(["pub", "/log", "-", "--url", server.url!]);
  const child = new Deno.Command(executable, { args, stdin: "piped", stdout: "null", stderr: "null" }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode("{}\n"));
  await values.next();
  child.kill("SIGINT");
  assertEquals((await child.status).code, 0);
  await stdin.close().catch(() => {});
});

Deno.test("pub --rate publishes until Ctrl-C, which ends it with 0", async () => {
  await using server = await startReceiver();
  const values = received(server, "/cmd");
  await using program = startCli(["pub", "/cmd", "{}", "--rate", "100", "--url", server.url!]);
  for (let count = 0; count < 5; count++) await values.next();
  program.kill("SIGINT");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, stderr, /^\d+ messages published on \/cmd$/.test(lines[0] ?? "")], [0, "", true]);
});

Deno.test("pub --count ends after N messages, and with 130 if Ctrl-C cuts it short", async () => {
  await using server = await startReceiver();
  const values = received(server, "/cmd");
  const url = ["--url", server.url!];
  const { code, lines } = await runCli(["pub", "/cmd", "{}", "--count", "3", "--rate", "100", ...url]);
  assertEquals([code, lines], [0, ["3 messages published on /cmd"]]);
  for (let count = 0; count < 3; count++) await values.next();

  await using program = startCli(["pub", "/cmd", "{}", "--count", "1000", ...url]);
  await values.next();
  program.kill("SIGINT");
  assertEquals((await program.ended()).code, 130);
});

Deno.test("pub ends with code 1 when the server ends", async () => {
  await using server = await startReceiver();
  const values = received(server, "/cmd");
  // The next message would be due much later.
  await using program = startCli(["pub", "/cmd", "{}", "--rate", "0.001", "--url", server.url!]);
  await values.next();
  await server.close();
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr.split("\n").length], [1, 2]);
  assertStringIncludes(stderr, "was closed: code 1001");
});

Deno.test("pub shows the number of messages on a terminal", async () => {
  await using server = await startReceiver();
  const values = received(server, "/cmd");
  await using program = startOnTerminal(["pub", "/cmd", "{}", "--rate", "100", "--url", server.url!]);
  await values.next();
  // The line is replaced in place.
  assertStringIncludes(await program.line() + await program.line(), "sent to /cmd");
  program.kill("SIGTERM");
});

Deno.test("pub does not show a message as published on a terminal if the server rejects it", async () => {
  await using server = await startReceiver();
  server.onPublish("/target", TARGET, () => {});
  await using program = startOnTerminal(["pub", "/target", "[]", "--url", server.url!]);
  const { code, lines } = await program.ended();
  assertEquals([code, lines.filter((line) => line.includes("published"))], [1, []]);
  assertStringIncludes(plainText(lines.join("\n")), "1 message sent to /target");
});

const REJECTIONS: readonly [name: string, options: Partial<FoxgloveServerOptions>, args: string[], text: string][] = [
  ["does not allow clients to publish", { capabilities: [] }, [], 'lacks the capability "clientPublish"'],
  ["supports other encodings", { supportedEncodings: ["cdr"] }, [], 'as JSON or protobuf; it supports "cdr"'],
  ["does not support --encoding", { supportedEncodings: ["cdr"] }, ["--encoding", "json"], 'as encoding "json"; it'],
  ["has no such descriptor", {}, ["--encoding", "protobuf"], "name one with --schema"],
  ["has no such schema", {}, ["--encoding", "protobuf", "--schema", "a.B"], 'has the schema "a.B" in protobuf'],
  ["rejects the topic", { clientChannelFilter: () => false }, [], "the server does not allow it"],
];

for (const [name, options, args, text] of REJECTIONS) {
  Deno.test(`pub ends with code 1 and one line if the server ${name}`, async () => {
    await using server = await startReceiver(options);
    const { code, lines, stderr } = await runCli(["pub", "/cmd", "{}", ...args, "--url", server.url!]);
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
    assertStringIncludes(stderr, text);
  });
}

for (
  const [name, message, handle, text] of [
    ["cannot decode", "[1,2]", () => {}, "the server has rejected it: /target: not a JSON object"],
    ["gets null", "null", () => {}, "the server has rejected it: /target: not a JSON object"],
    ["fails to handle", "{}", () => {
      throw new Error("no fuel");
    }, "the server has rejected it: "],
    ["fails to handle later", "{}", () => Promise.reject(new Error("no fuel")), "the server has rejected it: "],
  ] as const
) {
  Deno.test(`pub ends with code 1 and one line if a server ${name} the message`, async () => {
    await using server = await startReceiver({ capabilities: ["clientPublish", "connectionGraph", "parameters"] });
    server.onPublish("/target", TARGET, handle);
    const { code, lines, stderr } = await runCli(["pub", "/target", message, "--url", server.url!]);
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
    assertStringIncludes(stderr, text);
  });
}

Deno.test("pub waits for the answer to a request, because a server may report an error late", async () => {
  for (const capability of ["connectionGraph", "parameters"] as const) {
    let messages = 0;
    await using server = startScripted([{
      ...SERVER_INFO,
      capabilities: ["clientPublish", capability],
      supportedEncodings: ["json"],
    }], {
      onMessage(socket, data) {
        if (typeof data !== "string") messages += 1;
        if (messages === 0 || typeof data !== "string") return;
        const isGraph = data.includes('"subscribeConnectionGraph"');
        if (!isGraph && !data.includes('"getParameters"')) return;
        // Later than a command waits that sends no request.
        setTimeout(() => {
          const { id } = JSON.parse(data);
          if (socket.readyState !== WebSocket.OPEN) return;
          socket.send(JSON.stringify({ op: "status", level: 2, message: "/cmd: too late" }));
          socket.send(JSON.stringify(
            isGraph
              ? { op: "connectionGraphUpdate", publishedTopics: [], subscribedTopics: [], advertisedServices: [] }
              : { op: "parameterValues", id, parameters: [] },
          ));
        }, 600);
      },
    });
    const { code, lines, stderr } = await runCli(["pub", "/cmd", "{}", "--url", server.url]);
    assertEquals([code, lines, stderr], [1, [], "foxglove-ws pub: the server has rejected it: /cmd: too late\n"]);
  }
});

Deno.test("Publisher.flush() waits for late statuses of a server that has no requests", async () => {
  const listeners: FoxgloveClientListener[] = [];
  const client = {
    serverInfo: SERVER_INFO,
    bufferedAmount: 0,
    addListener: (listener: FoxgloveClientListener) => void listeners.push(listener),
    advertise: () => 1,
  } as unknown as FoxgloveClient;
  const publisher = new Publisher(client, { topic: "/cmd", encoding: "json", schemaName: "" }, () => {});
  const status = { op: "status", level: StatusLevel.ERROR, message: "/cmd: too late" } as const;
  setTimeout(() => listeners.forEach((listener) => listener.onStatus?.(client, status)), 100);
  await publisher.flush(new AbortController().signal);
  assertThrows(() => publisher.throwIfRefused(), Error, "the server has rejected it: /cmd: too late");
});

for (const args of [[], ["--rate", "20", "--count", "2"], ["--rate", "20"]]) {
  Deno.test(`pub ${args.join(" ")} shows a warning about the topic once, and ends with code 1`, async () => {
    // Enough for the client to have handled the first warning.
    const MANY = 5;
    const received = Promise.withResolvers<void>();
    let messages = 0;
    await using server = await startReceiver({
      listener: {
        onClientMessage(server) {
          messages += 1;
          server.sendStatus(StatusLevel.WARNING, '/targett: nothing receives it; did you mean "/target"?');
          server.sendStatus(StatusLevel.WARNING, "/targett/raw: slow");
          if (messages === MANY) received.resolve();
        },
      },
    });
    await using program = startCli(["pub", "/targett", "{}", ...args, "--url", server.url!]);
    if (args.includes("--rate") && !args.includes("--count")) {
      await received.promise;
      program.kill("SIGINT");
    }
    const { code, lines: printed, stderr } = await program.ended();
    const lines = stderr.split("\n");
    assertEquals([code, printed], [1, []]);
    assertEquals(lines.filter((line) => line.includes('did you mean "/target"?')).length, 1, stderr);
    assertEquals(lines.at(-2), 'foxglove-ws pub: the server has a warning about "/targett"; the messages may be lost');
  });
}

Deno.test("pub shows statuses about other things, and ends with 0", async () => {
  await using server = await startReceiver({
    listener: {
      onClientMessage(server) {
        for (const text of ["/cmd/raw is slow", "Motor is too hot"]) server.sendStatus(StatusLevel.ERROR, text);
      },
    },
  });
  const { code, lines, stderr } = await runCli(["pub", "/cmd", "{}", "--url", server.url!]);
  assertEquals([code, lines], [0, ["1 message published on /cmd"]]);
  assertEquals(stderr, "Error from the server: /cmd/raw is slow\nError from the server: Motor is too hot\n");
});

for (
  const [args, text] of [
    [["/cmd", "{speed: 1}"], "the message is not JSON: "],
    [["/cmd", "{}", "--rate", "-1"], "--rate must be greater than 0"],
    [["/cmd", "{}", "--count", "1.5"], "--count must be an integer greater than 0"],
    [["/cmd"], "missing argument: TOPIC JSON|-"],
  ] as const
) {
  Deno.test(`pub ${args.join(" ")} ends with code 2`, async () => {
    const { code, stderr } = await runCli(["pub", ...args]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, text);
  });
}

Deno.test("pub reports an encoding that cannot be written", async () => {
  await using server = await startReceiver();
  const { code, stderr } = await runCli(["pub", "/cmd", "{}", "--encoding", "cdr", "--url", server.url!]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'encoding "cdr" cannot be written, only json and protobuf');
});
