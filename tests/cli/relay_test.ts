// relay: passes on other servers to many viewers.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { within } from "../support/events.ts";
import { freePort } from "../support/free_port.ts";
import { Program } from "../support/program.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { startServer } from "../support/test_server.ts";
import { commandOf, runCli, startCli } from "./fixture.ts";
import { plainText, startOnTerminal } from "./terminal.ts";

const ODOM = { topic: "/odom", encoding: "json", latch: true };

/** Reads the JSON lines of a relay until one fits. */
async function untilReport(program: Program, fits: (report: Report) => boolean): Promise<Report> {
  for (;;) {
    const report: Report = JSON.parse(await program.line());
    if (fits(report)) return report;
  }
}

interface Report {
  viewers: number;
  upstreams: { name: string; isConnected: boolean; problem: string | null; channels: number; messages: number }[];
}

Deno.test("relay serves two robots with prefixes, and prints what it does as JSON until Ctrl-C", async () => {
  await using one = await startServer();
  await using other = await startServer({ logger: false });
  for (const robot of [one, other]) robot.sendMessage(robot.addChannel(ODOM), 5n, "{}");
  const host = one.url!.replace("ws://", "");
  const lostUrl = other.url;
  await using program = startCli(["relay", `r1=${host}`, `r2=${other.url}`, "--port", "0", "--json"]);
  const { url } = JSON.parse(await program.line());
  const ready = await untilReport(program, ({ upstreams }) => upstreams.every(({ channels }) => channels === 1));
  assertEquals(ready.upstreams.map(({ name, isConnected, problem }) => [name, isConnected, problem]), [
    ["r1", true, null],
    ["r2", true, null],
  ]);
  const { lines } = await runCli(["topics", "--url", url, "--json"]);
  assertEquals(lines.map((line) => JSON.parse(line).topic), ["/r1/odom", "/r2/odom"]);
  const { code } = await runCli(["echo", "/r2/odom", "--count", "1", "--url", url]);
  assertEquals(code, 0);
  await untilReport(program, ({ upstreams }) => upstreams[1]?.messages === 1);
  await other.close();
  const lost = await untilReport(program, ({ upstreams }) => !upstreams[1]!.isConnected);
  assertEquals(lost.upstreams[1]?.problem?.includes("offering"), false);
  program.kill("SIGINT");
  const end = await program.ended();
  assertEquals(end.code, 0);
  assertStringIncludes(end.stderr, `r2 is not connected: the connection to ${lostUrl}/ was closed: `);
  assertEquals(end.stderr.match(/^r\d is connected$/gm)?.length, 2);
  assertEquals(end.stderr.includes("Relay: "), false);
});

Deno.test("relay starts before the robot, sends its token, and requires one of viewers", async () => {
  const port = freePort();
  const [executable = "", run = "", ...rest] = commandOf(["relay", `127.0.0.1:${port}`, "--port", "0", "--json"]);
  const env = { FOXGLOVE_WS_TOKEN: "viewer-token-0123", FOXGLOVE_WS_UPSTREAM_TOKEN: "robot-token-01234" };
  const mayRead = `--allow-env=${Object.keys(env)}`;
  await using program = new Program({ executable, env }, run, mayRead, ...rest);
  const { url } = JSON.parse(await program.line());
  const away = await untilReport(program, ({ upstreams }) => upstreams[0]!.problem !== null);
  assertEquals(away.upstreams[0]?.name, `127.0.0.1:${port}`);
  const { bearerToken } = await import("../../mod.ts");
  await using robot = await startServer({ port, authorize: bearerToken("robot-token-01234"), logger: false });
  robot.addChannel(ODOM);
  const refused = await runCli(["topics", "--url", url]);
  assertEquals(refused.code, 1);
  await using client = await FoxgloveClient.connect(`${url}/?token=viewer-token-0123`);
  await within(client.waitForChannel("/odom"), "the channel");
});

Deno.test("relay says in lines where it listens, and that viewers need a token", async () => {
  const args = ["--upstream-token", "robot-token-01234", "--token", "viewer-token-0123"];
  await using program = startCli(["relay", `127.0.0.1:${freePort()}`, "--port", "0", ...args]);
  const lines = [];
  for (let index = 0; index < 6; index += 1) lines.push((await program.line()).replace(/\b\d{4,5}\b/g, "PORT"));
  assertEquals([...lines.slice(0, 2), ...lines.slice(4)], [
    "Listening on ws://127.0.0.1:PORT",
    "Browser:     http://127.0.0.1:PORT/",
    "Viewers must send the token: ?token=… at the end of the address, or --token of foxglove-ws.",
    "Press Ctrl-C to stop.",
  ]);
});

Deno.test("relay prints a line with the reason and its cure for each change of a robot", async () => {
  const authorize = (request: Request) =>
    request.headers.has("authorization") ? {} : new Response("no token", { status: 401 });
  await using guarded = await startServer({ authorize, logger: false });
  await using robot = await startServer({ port: freePort(), logger: false });
  const away = `127.0.0.1:${freePort()}`;
  const args = ["relay", `guarded=${guarded.url}`, `robot=${robot.url}`, `away=${away}`, "--port", "0"];
  await using program = startCli(args);
  const next = async (name: string) => {
    for (;;) {
      const [, line = ""] = /^\d\d:\d\d:\d\d {2}(\w+ is .*)$/.exec(await program.line()) ?? [];
      if (line !== "" && line.startsWith(name)) return line;
    }
  };
  const first = [await next(""), await next(""), await next("")].toSorted();
  assertEquals(first, [
    `away is not connected: ws://${away}/: the host cannot be reached, or no program accepts connections there; ` +
    "is the robot running?",
    `guarded is not connected: ${guarded.url}/: the server requires a token, and none was sent (401); ` +
    "use --upstream-token, FOXGLOVE_WS_UPSTREAM_TOKEN, or ?token=… in its address",
    "robot is connected",
  ]);
  const { url, addr } = robot;
  await robot.close();
  assertStringIncludes(await next("robot"), `robot is not connected: the connection to ${url}/ was closed: `);
  await using _again = await startServer({ port: addr!.port });
  while (await next("robot") !== "robot is connected");
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("relay prints once that a robot is the relay itself", async () => {
  const port = freePort();
  await using detour = new TcpProxy(port);
  const args = ["relay", `self=127.0.0.1:${detour.port}`, "--port", String(port)];
  await using program = startCli(args);
  let line = "";
  // The first attempt may come before the relay listens.
  while (!line.includes("itself")) line = await program.line();
  assertEquals(line.slice(10), "self is not connected: it is this relay itself, or relays it");
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("relay sends the token of each robot's URL, and shows it nowhere", async () => {
  const token = "robot-token-of-the-url";
  const { bearerToken } = await import("../../mod.ts");
  await using robot = await startServer({ authorize: bearerToken(token), logger: false });
  const wrong = `${robot.url}/?token=wrong-${token}`;
  const args = ["relay", `robot=${robot.url}/?token=${token}`, `wrong=${wrong}`, "--port", "0"];
  await using program = startCli(args);
  const lines = [];
  while (lines.filter((line) => line.includes(" is ")).length < 2) lines.push(await program.line());
  assertEquals(lines.map((line) => line.slice(10)).filter((line) => / is /.test(line)).toSorted(), [
    "robot is connected",
    `wrong is not connected: ${robot.url}/: the server has rejected the token (401); check --upstream-token, ` +
    "FOXGLOVE_WS_UPSTREAM_TOKEN, or ?token=… in its address",
  ]);
  program.kill("SIGINT");
  const end = await program.ended();
  assertEquals([...lines, ...end.lines, end.stderr].join("\n").includes(token), false);
});

Deno.test("relay warns of an open address, and says once how several robots get names", async () => {
  const upstreams = [`127.0.0.1:${freePort()}`, `127.0.0.1:${freePort()}`];
  const end = async (...args: string[]) => {
    await using program = startCli(["relay", ...args, "--port", "0"], { host: "0.0.0.0,127.0.0.1" });
    while (!(await program.line()).includes("is not connected"));
    program.kill("SIGINT");
    return (await program.ended()).stderr;
  };
  assertEquals(
    await end(...upstreams, "--host", "0.0.0.0"),
    "Warning: every program that can reach this address can see and control the robots; require a token with --token\n" +
      "2 robots have no name, and equal topics are relayed only once: " +
      `use names such as robot1=${upstreams[0]} robot2=${upstreams[1]}\n`,
  );
  assertEquals(await end(`r=${upstreams[0]}`, "--host", "0.0.0.0", "--token", "viewer-token-0123"), "");
  assertEquals(await end(`r=${upstreams[0]}`, upstreams[1]!), "");
});

Deno.test("relay shows its upstreams on a terminal", async () => {
  await using robot = await startServer();
  robot.addChannel(ODOM);
  const gone = `127.0.0.1:${freePort()}`;
  await using program = startOnTerminal(["relay", robot.url!.replace("ws://", ""), `gone=${gone}`, "--port", "0"]);
  const next = async () => plainText(await program.line());
  let rows: string[] = [];
  // The first tables may be printed before the relay has reached the robot.
  while (!/ connected +1 /.test(rows[0] ?? "") || !rows[2]!.startsWith("gone is not connected")) {
    while (!/UPSTREAM +STATE +TOPICS +WATCHED +HZ +PER SECOND/.test(await next()));
    rows = [await next(), await next(), await next(), await next()];
  }
  const [row, other, ...problem] = rows;
  assertEquals(/^127\.0\.0\.1:\d+ +connected +1 +0 +0 +0 B$/.test(row!), true, row);
  assertEquals(/^gone +away +0 +0 +0 +0 B$/.test(other!), true, other);
  assertEquals(problem, [
    `gone is not connected: ws://${gone}/: the host cannot be reached, or`,
    "  no program accepts connections there; is the robot running?",
  ]);
});

for (
  const [args, code, text] of [
    [["relay"], 2, "missing argument: [NAME=]ADDRESS…"],
    [["relay", "/not"], 2, '"/not" is not the address of a server'],
    [["relay", "=localhost"], 2, '"" is not a name: use letters'],
    [["relay", "a=localhost:1", "a=localhost:2"], 2, 'another one has the name "a"'],
    [["relay", "a/=localhost"], 2, '"a/" is not a name: use letters'],
    [["relay", "robot.local", "--token", "short"], 2, "a token has 5 characters"],
    [["relay", "robot.local", "--latch", "/a*b"], 2, '"latch" contains "/a*b"'],
    [["relay", "a=localhost", "--time-from", "b"], 1, '--time-from is "b", which is not one of the servers: a'],
    [["relay", "localhost", "--port", "99999"], 2, "--port: 99999 is not a port"],
    [["relay", "localhost"], 2, '"localhost:8765" is the address of this relay itself: use another --port'],
    [
      ["relay", "r=ws://[::1]:9711/?a", "--host", "::1", "--port", "9711"],
      2,
      '"[::1]:9711" is the address of this relay itself',
    ],
    [["relay", "10.1.2.3", "--host", "10.1.2.3"], 2, '"10.1.2.3:8765" is the address of this relay itself'],
    [["relay", "127.0.0.1", "--host", "0.0.0.0"], 2, '"127.0.0.1:8765" is the address of this relay itself'],
  ] as const
) {
  Deno.test(`foxglove-ws ${args.join(" ")} ends with code ${code} and one line`, async () => {
    const end = await runCli(args);
    assertEquals([end.code, end.lines], [code, []]);
    assertStringIncludes(end.stderr, `foxglove-ws relay: `);
    assertStringIncludes(end.stderr, text);
    assertEquals([end.stderr.split("\n").length, end.stderr.includes("    at ")], [2, false]);
  });
}
