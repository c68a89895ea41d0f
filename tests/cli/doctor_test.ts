// doctor: finds the faults of servers.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import type { Finding } from "../../src/app_checks/finding.ts";
import { bearerToken } from "../../src/server/http/bearer_token.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { CompressedImage, CompressedVideo, FrameTransform, LaserScan } from "../../src/schemas/messages.ts";
import { timeNs } from "../../src/time_ns.ts";
import { missingProgram, NPM_SERVER, PYTHON_SERVER, RUST_SERVER, ServerDriver } from "../interop/server_driver.ts";
import { BATTERY_PROTO } from "../support/battery_proto.ts";
import { selfSignedCertificate } from "../support/certificate.ts";
import { freePort } from "../support/free_port.ts";
import { testUnless } from "../support/needed_programs.ts";
import { startServer } from "../support/test_server.ts";
import { SERVER_INFO, startHttp, startScripted } from "./faulty_servers.ts";
import { runCli, startCli } from "./fixture.ts";
import { startOnTerminal } from "./terminal.ts";

const TOKEN = "correct-horse-battery";
const OBJECT = '{"type":"object"}';
const JSON_CHANNEL = { encoding: "json", schemaName: "Pose", schemaEncoding: "jsonschema", schema: OBJECT };

/** What doctor reports about a server. */
interface Diagnosis {
  code: number;
  findings: readonly Finding[];
  /** The level and the beginning of each problem: `error /topic check: text`. */
  problems: readonly string[];
  stderr: string;
}

async function diagnose(url: string, ...args: readonly string[]): Promise<Diagnosis> {
  const { hostname } = new URL(url);
  const { code, lines, stderr } = await runCli(["doctor", "--json", "--seconds", "0.5", "--url", url, ...args], {
    host: hostname,
  });
  const findings: Finding[] = lines.map((line) => JSON.parse(line));
  const problems = findings.filter(({ level }) => level !== "ok").map(({ level, check, topic, text }) =>
    [level, check, ...(topic === undefined ? [] : [topic]), text].join(" ")
  );
  return { code, findings, problems, stderr };
}

/** Asserts that doctor reports exactly these problems, by the beginning of each, and a cure for each. */
async function assertProblems(
  url: string,
  expected: readonly string[],
  ...args: readonly string[]
): Promise<Diagnosis> {
  const diagnosis = await diagnose(url, ...args);
  const { code, findings, problems } = diagnosis;
  assertEquals(problems.map((text, index) => text.slice(0, expected[index]?.length)), expected, problems.join("\n"));
  const isHealthy = !expected.some((each) => each.startsWith("error"));
  assertEquals(code, isHealthy ? 0 : 1);
  assertEquals(findings.filter(({ level, cure }) => (level === "ok") !== (cure === undefined)), []);
  return diagnosis;
}

/** Calls `send` often, until disposal. */
function repeat(send: () => void): Disposable {
  const timer = setInterval(send, 5);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Adds a channel whose last message a client gets when it subscribes. */
function addLatched(
  server: FoxgloveServer,
  topic: string,
  timestamp: bigint,
  payload: string | Uint8Array = "{}",
): void {
  server.sendMessage(server.addChannel({ ...JSON_CHANNEL, topic, latch: true }), timestamp, payload);
}

Deno.test("doctor finds nothing wrong with a healthy server", async () => {
  await using server = await startServer({ capabilities: ["parameters", "connectionGraph"] });
  const battery = server.addChannel({ topic: "/battery", ...BATTERY_PROTO, latch: true });
  server.sendMessage(battery, timeNs(), new Uint8Array());
  addLatched(server, "/pose", timeNs());
  // Latched messages may be old.
  addLatched(server, "/map", timeNs() - 3_600_000_000_000n);
  const { findings, stderr } = await assertProblems(server.url!, []);
  assertEquals(stderr, "");
  assertEquals(findings.map(({ check }) => check), [
    "address",
    "network",
    "handshake",
    "handshake",
    "handshake",
    "handshake",
    "origin",
    "origin",
    "ping",
    "server",
    "capabilities",
    "channels",
    "messages",
    "timestamps",
    "rates",
  ]);
  assertEquals(findings.find(({ check }) => check === "channels"), {
    check: "channels",
    level: "ok",
    text: "apps list all 3 channels",
  });
});

Deno.test("doctor finds a port without a program", async () => {
  const port = freePort();
  const { findings, stderr } = await assertProblems(`ws://127.0.0.1:${port}`, [
    `error network No program listens on 127.0.0.1:${port}`,
  ]);
  assertEquals(stderr, "foxglove-ws doctor: 1 error, 0 warnings\n");
  assertEquals(findings.at(-1)?.cure, "start the server, or name its port with --url");
});

Deno.test("doctor finds a server that supports only other subprotocols", async () => {
  await using server = startHttp(() => new Response("use other.v1", { status: 400 }));
  await assertProblems(server.url, ["error handshake The server answers 400: use other.v1"]);
});

Deno.test("doctor finds a server that selects no subprotocol", async () => {
  await using server = startScripted([SERVER_INFO], { subprotocol: undefined });
  await assertProblems(server.url, [
    "error handshake Apps cannot connect: they offer only foxglove.websocket.v1 and foxglove.sdk.v1",
    "warning handshake foxglove.sdk.v1: the server accepts, but selects none; browsers then close",
    "warning handshake foxglove.websocket.v1: the server accepts, but selects none; browsers then close",
  ]);
});

Deno.test("doctor finds a server without foxglove.sdk.v1", async () => {
  await using server = startScripted([SERVER_INFO], { subprotocol: "foxglove.websocket.v1" });
  await assertProblems(server.url, [
    "warning handshake PlotJuggler cannot connect, because it offers only foxglove.sdk.v1",
    "warning channels The server advertises no channels",
  ]);
});

Deno.test("doctor finds origins that a server does not allow", async () => {
  await using server = await startServer({ allowedOrigins: ["https://app.foxglove.dev"], logger: false });
  addLatched(server, "/pose", timeNs());
  const { findings } = await assertProblems(
    server.url!,
    [
      "error origin Pages of http://localhost:8080 cannot connect: the server answers 403: Pages of origin",
      "error origin Pages of https://viz.example cannot connect: the server answers 403: Pages of origin",
    ],
    "--origin",
    "https://viz.example",
  );
  const cure = findings.find(({ level }) => level === "error")?.cure ?? "";
  assertStringIncludes(cure, `add "http://localhost:8080" to the server's option allowedOrigins`);
});

Deno.test("doctor finds that a token is missing or wrong, and accepts the right one", async () => {
  await using server = await startServer({ authorize: bearerToken(TOKEN), logger: false });
  addLatched(server, "/pose", timeNs());
  const { findings } = await assertProblems(server.url!, ["error token The server answers 401: A token is missing"]);
  assertStringIncludes(findings.at(-1)?.cure ?? "", "--token or FOXGLOVE_WS_TOKEN");
  await assertProblems(server.url!, ["error token The server answers 401: The token is not valid"], "--token", "wrong");
  const right = await assertProblems(server.url!, [], "--token", TOKEN);
  assertEquals(right.findings.find(({ check }) => check === "token")?.text.startsWith("accepted; in apps"), true);
});

Deno.test("doctor finds a self-signed certificate", async () => {
  await using server = await startServer(await selfSignedCertificate());
  await assertProblems(`wss://127.0.0.1:${server.addr!.port}`, [
    "error tls The certificate is self-signed (browsers: ERR_CERT_AUTHORITY_INVALID)",
    "warning server Channels and messages were not checked",
  ]);
});

Deno.test("doctor accepts a certificate that this machine trusts", async () => {
  const certificate = await selfSignedCertificate();
  await using server = await startServer(certificate);
  addLatched(server, "/pose", timeNs());
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, certificate.cert);
    const args = ["doctor", "--json", "--seconds", "0.5", "--url", `wss://127.0.0.1:${server.addr!.port}`];
    const { code, lines } = await runCli(args, { env: { DENO_CERT: file } });
    const findings: Finding[] = lines.map((line) => JSON.parse(line));
    assertEquals([code, findings.filter(({ level }) => level !== "ok")], [0, []]);
    assertStringIncludes(findings.find(({ check }) => check === "tls")?.text ?? "", "is valid for 127.0.0.1, for 36");
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("doctor finds a certificate that has expired", async () => {
  await using server = await startServer(await selfSignedCertificate({ days: -1 }));
  const { problems } = await diagnose(`wss://127.0.0.1:${server.addr!.port}`);
  assertStringIncludes(problems[0] ?? "", "error tls The certificate expired on ");
});

Deno.test("doctor finds a certificate for another name", async () => {
  await using server = await startServer(await selfSignedCertificate({ hostname: "robot.local" }));
  const { problems } = await diagnose(`wss://127.0.0.1:${server.addr!.port}`);
  assertStringIncludes(problems[0] ?? "", "error tls The certificate is for robot.local, not for 127.0.0.1");
});

Deno.test("doctor finds TLS where there is none, and none where there is TLS", async () => {
  await using plain = await startServer();
  await assertProblems(plain.url!.replace("ws:", "wss:"), ["error tls The TLS handshake with 127.0.0.1:"]);
  await using secure = await startServer(await selfSignedCertificate());
  const { findings } = await assertProblems(`ws://127.0.0.1:${secure.addr!.port}`, ["error handshake The server "]);
  assertStringIncludes(findings.at(-1)?.cure ?? "", "use wss:// if it requires TLS");
});

Deno.test("doctor explains servers that are no WebSocket servers", async () => {
  const page = "<html><style>a { b }</style><h1>Welcome</h1></html>";
  await using web = startHttp(() => new Response(page));
  await assertProblems(web.url, ["error handshake The server answers 200: Welcome"]);
  await using other = startHttp(() => new Response("nothing here", { status: 404 }));
  const { findings } = await assertProblems(`${other.url}/ws?token=a`, ["error handshake The server answers 404"]);
  assertEquals(findings.at(-1)?.cure, 'check the path "/ws" of the address');
  const headers = { location: "https://robot.example/" };
  await using moved = startHttp(() => new Response(null, { status: 301, headers }));
  await assertProblems(moved.url, ["error handshake The server redirects to https://robot.example/, with status 301"]);
});

Deno.test("doctor finds channels that apps do not list", async () => {
  await using server = await startServer({ logger: false });
  const add = (topic: string, members: object) =>
    server.sendMessage(server.addChannel({ ...JSON_CHANNEL, topic, latch: true, ...members }), timeNs(), "{}");
  add("/ref", { schemaName: "Ref", schema: '{"type":"object","properties":{"pose":{"$ref":"#/a"}}}' });
  add("/list", { schemaName: "List", schema: '{"type":"array"}' });
  add("/xml", { encoding: "xml", schemaName: "" });
  add("/mixed", { schemaEncoding: "ros1msg", schemaName: "" });
  add("/twice", {});
  add("/twice", {});
  add("/other", { schema: '{"type":"object","title":"Other"}' });
  const protobuf = { encoding: "protobuf", schemaEncoding: "protobuf", latch: true };
  server.addChannel({ topic: "/broken", ...protobuf, schemaName: "A", schema: new Uint8Array([0xff, 1]) });
  server.addChannel({ topic: "/lacking", ...protobuf, schemaName: "robot.Lamp", schema: BATTERY_PROTO.schema });
  const { problems } = await diagnose(server.url!);
  const found = problems.filter((each) => each.includes(" channels ")).map((each) =>
    each.replace("error channels ", "")
  );
  const expected = [
    '/ref its schema has "$ref" at properties.pose, so apps do not list the topic',
    '/list its schema does not have "type": "object" at its root',
    '/xml encoding "xml" is unknown to apps',
    '/mixed schemaEncoding "ros1msg" does not match encoding "json"',
    "/twice another channel has this topic, so apps list only the first of them",
    '/other its schema "Pose" differs from that of channel',
    "/broken its schema is not usable, so apps do not list the topic: descriptor is not a FileDescriptorSet",
    "/lacking its schema is not usable, so apps do not list the topic: ",
  ];
  assertEquals(found.map((text, index) => text.slice(0, expected[index]?.length)), expected, found.join("\n"));
});

Deno.test("doctor finds an empty JSON Schema", async () => {
  const channel = { id: 1, topic: "/pose", encoding: "json", schemaName: "", schema: "" };
  await using server = startScripted([SERVER_INFO, JSON.stringify({ op: "advertise", channels: [channel] })]);
  const { problems } = await diagnose(server.url);
  const found = problems.filter((each) => each.includes("/pose"));
  assertEquals(found[0]?.startsWith("warning channels /pose its schema is empty"), true, found.join("\n"));
});

Deno.test("doctor finds silent channels, wrong timestamps, and messages that apps cannot read", async () => {
  await using server = await startServer({ logger: false });
  server.addChannel({ ...JSON_CHANNEL, topic: "/silent" });
  addLatched(server, "/zero", 0n);
  addLatched(server, "/seconds", timeNs() / 1_000_000_000n);
  addLatched(server, "/milliseconds", timeNs() / 1_000_000n);
  addLatched(server, "/future", timeNs() + 7_200_000_000_000n);
  addLatched(server, "/text", timeNs(), "not JSON");
  const past = server.addChannel({ ...JSON_CHANNEL, topic: "/past" });
  using _timer = repeat(() => server.sendMessage(past, timeNs() - 600_000_000_000n, "{}"));
  await assertProblems(server.url!, [
    "error messages /text apps cannot read the message: ",
    "warning messages /silent no message in ",
    "error timestamps /zero timestamp 0: ",
    "error timestamps /seconds timestamp ",
    "error timestamps /milliseconds timestamp ",
    "warning timestamps /future timestamps are ",
    "warning timestamps /past timestamps are ",
  ]);
});

Deno.test("doctor finds a frame that no transform has, in messages of protobuf and JSON", async () => {
  await using server = await startServer();
  const tf = server.channel("/tf", FrameTransform, { latch: true });
  tf.send({ parent_frame_id: "map", child_frame_id: "laser" });
  server.channel("/scan", LaserScan, { latch: true }).send({ frame_id: "lasr" });
  const scene = server.addChannel({
    ...JSON_CHANNEL,
    topic: "/scene",
    schemaName: "foxglove.SceneUpdate",
    latch: true,
  });
  server.sendMessage(scene, timeNs(), '{"entities":[{"frame_id":"map"},{"frame_id":"odom"}]}');
  await assertProblems(server.url!, [
    'warning frames /scan its frame "lasr" is in no transform; did you mean "laser"? known: map, laser',
    'warning frames /scene its frame "odom" is in no transform; known: map, laser',
  ]);
});

Deno.test("doctor finds images at 200 Hz, but not other messages", async () => {
  await using server = await startServer();
  const image = { ...JSON_CHANNEL, schemaName: "foxglove.CompressedImage" };
  const ids = [
    server.addChannel({ ...image, topic: "/camera" }),
    server.addChannel({ ...JSON_CHANNEL, topic: "/imu" }),
  ];
  using _timer = repeat(() => {
    // Two at once, so that a busy machine sends enough.
    for (const id of [...ids, ...ids]) server.sendMessage(id, timeNs(), "{}");
  });
  const { findings } = await assertProblems(server.url!, ["warning rates /camera "]);
  assertStringIncludes(findings.at(-1)?.cure ?? "", "maxRateHz");
});

Deno.test("doctor finds capabilities that are declared but missing, or used but not declared", async () => {
  const capabilities = [
    "time",
    "parameters",
    "connectionGraph",
    "services",
    "clientPublish",
    "playbackControl",
    "wifi",
  ];
  await using declared = startScripted([{ ...SERVER_INFO, capabilities }]);
  await assertProblems(declared.url, [
    'warning capabilities unknown: "wifi"',
    "warning capabilities services is declared, but supportedEncodings has none of json, ros1, cdr",
    "warning capabilities clientPublish is declared, but supportedEncodings has none of json, ros1, cdr",
    "warning capabilities time is declared, but no time message has arrived",
    "warning capabilities playbackControl is declared without the time range",
    "warning capabilities parameters is declared, but the server does not answer",
    "warning capabilities connectionGraph is declared, but the server does not answer",
    "warning channels The server advertises no channels",
  ]);
  const services = [{ id: 1, name: "/reset", type: "Reset", requestSchema: OBJECT, responseSchema: OBJECT }];
  await using undeclared = startScripted([
    SERVER_INFO,
    JSON.stringify({ op: "advertiseServices", services }),
    { op: "time", timestamp: timeNs() },
    { op: "parameterValues", parameters: [{ name: "speed", value: 1 }] },
  ]);
  await assertProblems(undeclared.url, [
    "error capabilities the server has services, but does not declare them",
    "warning capabilities the server sends its time, but does not declare it",
    "warning capabilities the server sends parameters, but does not declare them",
    "warning channels The server advertises no channels",
  ]);
});

Deno.test("doctor finds services that apps cannot call, and a clock that is wrong", async () => {
  const side = { encoding: "json", schemaName: "A", schemaEncoding: "jsonschema", schema: OBJECT };
  const services = [
    { id: 1, name: "/good", type: "A", request: side, response: side },
    { id: 2, name: "/protobuf", type: "A", request: { ...side, encoding: "protobuf" }, response: side },
    { id: 3, name: "/empty", type: "A", requestSchema: "", responseSchema: "" },
  ];
  await using server = startScripted([
    { ...SERVER_INFO, capabilities: ["services", "time"], supportedEncodings: ["json"] },
    JSON.stringify({ op: "advertiseServices", services }),
    // An hour ago. The program takes some seconds to start, so the text may say 3601 or 3660 s.
    { op: "time", timestamp: timeNs() - 3_600_000_000_000n },
  ]);
  await assertProblems(server.url, [
    "warning channels The server advertises no channels",
    'error services /protobuf: its request uses encoding "protobuf", so apps cannot call it',
    "error services /empty: its request has no schema, so apps cannot call it",
    "warning clock the time of the server is 36",
  ]);
});

Deno.test("doctor reports invalid messages and statuses of the server", async () => {
  await using server = startScripted([
    SERVER_INFO,
    "{ broken",
    { op: "status", level: 2, message: "Motor is too hot" },
    { op: "status", level: 0, message: "All is well" },
  ]);
  await assertProblems(server.url, [
    "error server Cannot read text message: not JSON",
    'warning server The server reports: "Motor is too hot"',
    "warning channels The server advertises no channels",
  ]);
});

Deno.test("doctor finds a server without a valid serverInfo", async () => {
  await using server = startScripted(['{"op":"serverInfo"}']);
  await assertProblems(server.url, ["error server The server accepts a client, but is not usable: "]);
});

Deno.test("doctor finds a server that ends the connection", async () => {
  await using server = startScripted([SERVER_INFO], { onOpen: (socket) => socket.close(4000, "no time for you") });
  const { problems } = await diagnose(server.url);
  assertEquals(problems.length, 1, problems.join("\n"));
  assertStringIncludes(problems[0] ?? "", "no time for you");
});

Deno.test("doctor prints a list of 80 columns on a terminal", async () => {
  await using server = await startServer({ allowedOrigins: [], logger: false });
  addLatched(server, "/pose", timeNs());
  await using program = startOnTerminal(["doctor", "--seconds", "0.1", "--url", server.url!]);
  const { code, lines } = await program.ended();
  // deno-lint-ignore no-control-regex -- removes the colours
  const plain = lines.map((line) => line.replaceAll(/\x1b\[\d*m|\r/g, ""));
  assertEquals(code, 1);
  assertEquals(plain.filter((line) => line.length > 80), []);
  assertEquals(plain.filter((line) => line.startsWith("✓ ")).length > 5, true);
  assertEquals(plain.some((line) => line.startsWith("✗ origin        Pages of https://app.foxglove.dev")), true);
  assertEquals(plain.some((line) => line.startsWith("                cure: ")), true);
});

Deno.test("doctor shows a person all errors before the first ten warnings of a check", async () => {
  await using server = await startServer({ logger: false });
  for (let index = 0; index < 14; index++) {
    const image = { ...JSON_CHANNEL, schemaName: "foxglove.CompressedImage", topic: `/camera${index}`, latch: true };
    server.sendMessage(server.addChannel(image), timeNs(), '{"format":"jpg"}');
  }
  for (let index = 0; index < 12; index++) addLatched(server, `/text${index}`, timeNs(), "no JSON");
  const { code, lines, stderr } = await runCli(["doctor", "--seconds", "0.1", "--url", server.url!]);
  assertEquals([code, stderr], [1, "foxglove-ws doctor: 12 errors, 14 warnings\n"]);
  const symbols = lines.filter((line) => /^[✗!] messages/.test(line)).map((line) => line[0]).join("");
  assertEquals(symbols, "✗".repeat(12) + "!".repeat(10));
  assertEquals(lines.at(-1), "  messages      and 4 more warnings; --json lists all");
});

Deno.test("doctor reports all silent topics at once, except those that have an error", async () => {
  await using server = await startServer({ logger: false });
  for (let index = 0; index < 12; index++) server.addChannel({ ...JSON_CHANNEL, topic: `/${index}` });
  server.addChannel({ topic: "/list", encoding: "json", schemaName: "List", schema: '{"type":"array"}' });
  const { findings } = await diagnose(server.url!);
  const problems = findings.filter(({ level }) => level !== "ok");
  assertEquals(problems.map(({ check, topic }) => [check, topic]), [["channels", "/list"], ["messages", undefined]]);
  const { text = "", topics } = problems.at(-1) ?? {};
  assertEquals(
    text.replace(/ in [\d.]+ s /, " in … s "),
    "no message in … s on 12 topics: /0, /1, /2, /3, /4, /5, /6, /7, /8, /9, …",
  );
  assertEquals(topics, Array.from({ length: 12 }, (_, index) => `/${index}`));
});

Deno.test("doctor does not report a silent topic that has an error", async () => {
  await using server = await startServer({ logger: false });
  server.addChannel({ topic: "/list", encoding: "json", schemaName: "List", schema: '{"type":"array"}' });
  addLatched(server, "/pose", timeNs());
  const { findings } = await assertProblems(server.url!, ["error channels /list its schema does not have "]);
  const { text = "" } = findings.find(({ check }) => check === "messages") ?? {};
  assertEquals(text.startsWith("every other channel has sent one or more in "), true, text);
});

Deno.test("doctor has a cure for each cause that apps do not understand a JSON Schema", async () => {
  await using server = await startServer({ logger: false });
  const typed = (type: string) => `{"type":"object","properties":{"x":{"type":"${type}"}}}`;
  const schemas = { syntax: '{"type":"object",}', near: typed("nummber"), other: typed("vec3"), null: typed("null") };
  for (const [topic, schema] of Object.entries(schemas)) {
    server.addChannel({ topic, encoding: "json", schemaName: topic, schemaEncoding: "jsonschema", schema });
  }
  const { findings } = await diagnose(server.url!);
  const cures = Object.fromEntries(
    findings.filter(({ level }) => level === "error").map(({ topic, cure }) => [topic, cure]),
  );
  assertEquals(
    /^correct the schema \(.*JSON.*\), or let json\(\{ example \}\) make it$/.test(cures.syntax ?? ""),
    true,
  );
  assertEquals(cures.near, 'did you mean "number"? json({ example }) makes a schema without mistakes');
  assertEquals(cures.other, "use one of the types object, array, string, number, integer, boolean");
  assertStringIncludes(cures.null ?? "", 'use "type": "object" at the root, and avoid $ref, anyOf, null, ');
});

Deno.test("doctor finds images and videos in a format that apps do not know", async () => {
  await using server = await startServer();
  const jpg = server.channel("/jpg", CompressedImage, { latch: true });
  jpg.send({ format: "jpg" });
  server.channel("/png", CompressedImage, { latch: true }).send({ format: "png" });
  server.channel("/mp4", CompressedVideo, { latch: true }).send({ format: "mp4" });
  server.channel("/av1", CompressedVideo, { latch: true }).send({ format: "av1" });
  const ros = server.addChannel({
    ...JSON_CHANNEL,
    topic: "/ros",
    schemaName: "sensor_msgs/CompressedImage",
    latch: true,
  });
  server.sendMessage(ros, timeNs(), '{"format":"rgb8; jpeg compressed bgr8"}');
  const { findings } = await assertProblems(server.url!, [
    'warning messages /jpg its format "jpg" is not one that apps know: jpeg, png, webp, avif',
    'warning messages /mp4 its format "mp4" is not one that apps know: h264, h265, vp9, av1',
  ]);
  const cures = findings.flatMap(({ cure }) => cure ?? []);
  assertEquals(cures, ['send "jpeg", if that is the format', 'send "h264", if that is the format']);
});

Deno.test("doctor ends with code 130 when the user stops it", async () => {
  await using server = await startServer();
  await using program = startCli(["doctor", "--seconds", "60", "--url", server.url!]);
  while (!(await program.line()).startsWith("✓ ping")) { /* The next line is printed after it has listened. */ }
  program.kill("SIGINT");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr], [130, [], ""]);
});

Deno.test("doctor requires a time to listen", async () => {
  const { code, stderr } = await runCli(["doctor", "--seconds", "0"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--seconds must be greater than 0");
});

for (const implementation of [NPM_SERVER, PYTHON_SERVER, RUST_SERVER]) {
  const missing = missingProgram(implementation.needs);
  testUnless(missing, `doctor finds no error of ${implementation.name}`, async () => {
    await using server = await ServerDriver.start(implementation);
    const { code, problems } = await diagnose(server.url);
    assertEquals([code, problems.filter((each) => each.startsWith("error"))], [0, []]);
  });
}
