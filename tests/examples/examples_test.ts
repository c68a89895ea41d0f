// The command line of the example servers, and the length of all examples. tests/interop tests the behavior of the
// servers.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { runExample, startExample } from "../support/example.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { FFMPEG, testUnless } from "../support/needed_programs.ts";
import { Program } from "../support/program.ts";

const FOLDER = new URL("../../examples/", import.meta.url);
const SERVERS = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) =>
  name.endsWith(".ts") && /^ {4,}(await startAndA|a)nnounce\(server/m.test(Deno.readTextFileSync(new URL(name, FOLDER)))
);

Deno.test("these are all example servers", () => {
  assertEquals(SERVERS.sort(), [
    "arm_server.ts",
    "camera_h264.ts",
    "camera_server.ts",
    "fleet_relay.ts",
    "gps_server.ts",
    "graph_and_assets_server.ts",
    "history.ts",
    "log_to_panel.ts",
    "param_server.ts",
    "pid_server.ts",
    "playback_server.ts",
    "pointcloud_server.ts",
    "protobuf_server.ts",
    "publish_server.ts",
    "recording_server.ts",
    "relay_server.ts",
    "scene_server.ts",
    "service_server.ts",
    "simple_server.ts",
    "sysmon_server.ts",
    "typed_server.ts",
    "worker_server.ts",
    "workers_server.ts",
  ]);
});

for (const [folder, limit] of [["", 80], ["node/", 60], ["nats/", 80], ["robot/", 80]] as const) {
  Deno.test(`every program of examples/${folder} is under ${limit} lines`, () => {
    for (const { name, isFile } of Deno.readDirSync(new URL(folder, FOLDER))) {
      if (!isFile || name.endsWith(".json")) continue;
      const lines = Deno.readTextFileSync(new URL(folder + name, FOLDER)).trimEnd().split("\n").length;
      assertEquals(lines < limit, true, `${name} has ${lines} lines`);
    }
  });
}

/** Returns why an example cannot run here, if anything is missing. */
function missingFor(name: string): string | undefined {
  if (name === "workers_server.ts" && Deno.build.os !== "linux") return "workers need Linux";
  return name === "camera_h264.ts" && FFMPEG.path === undefined ? FFMPEG.missing : undefined;
}

/** relay_server.ts warns of its robots, which do not run here, after 2 seconds. */
const MISSING_ROBOT = /^foxglove-ws: Relay: robot[12] is not connected: .*\n/gm;

for (const name of [...SERVERS, "robot/main.ts"]) {
  testUnless(missingFor(name), `${name} prints its URL, and ends without an error on Ctrl-C`, async () => {
    await using example = await startExample(name);
    assertEquals(/^ws:\/\/127\.0\.0\.1:\d+$/.test(example.url), true, example.url);
    example.program.kill("SIGINT");
    const { code, signal, stderr } = await example.program.ended();
    assertEquals([code, signal, stderr.replaceAll(MISSING_ROBOT, "")], [0, null, ""]);
  });

  Deno.test(`${name} --help lists the options`, async () => {
    await using program = runExample(name, "--help");
    const { code, lines } = await program.ended();
    assertEquals(code, 0);
    for (const option of ["--host", "--port", "--help"]) assertStringIncludes(lines.join("\n"), option);
  });
}

for (
  const [args, text] of [
    [["--prot", "1"], 'unknown argument "--prot"'],
    [["9000"], 'unknown argument "9000"'],
    [["--port", "x"], '"x" is not a port number'],
    [["--port", "65536"], '"65536" is not a port number'],
    [["--port"], "--port requires a number"],
    [["--", "--prot", "1"], 'unknown argument "--prot"'],
    [["--host="], "--host requires an address"],
  ] as const
) {
  Deno.test(`simple_server.ts ${args.join(" ")} reports the invalid argument in one line`, async () => {
    await using program = runExample("simple_server.ts", ...args);
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, lines, stderr], [2, [], `${stderr.split("\n")[0]}\n`]);
    assertStringIncludes(stderr, text);
  });
}

Deno.test("robot/main.ts --host 0.0.0.0 prints the addresses for other machines", async () => {
  const file = new URL("robot/main.ts", FOLDER).href;
  for (const [flags, isKnown] of [[["--allow-sys=networkInterfaces"], true], [[], false]] as const) {
    await using program = new Program("--allow-net", ...flags, ...IMPORT_MAP, file, "--host", "0.0.0.0", "--port", "0");
    const [, port] = /^Listening on ws:\/\/localhost:(\d+)$/.exec(await program.line()) ?? [];
    const address = await program.line();
    const hasAddress = new RegExp(`^On network:  ws://\\d+(\\.\\d+){3}:${port}$`).test(address);
    const isPlaceholder = address === `On network:  ws://<this machine's address>:${port}`;
    // A machine without a network does not have an address.
    assertEquals(hasAddress || isPlaceholder, true, address);
    if (!isKnown) assertEquals(isPlaceholder, true, address);
  }
});

Deno.test("simple_server.ts reports a port that is in use in one line", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  await using program = runExample("simple_server.ts", "--port", String(port));
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `Cannot listen on 127.0.0.1:${port}: the port is in use; use another --port (0 selects a free one), or another --host\n`,
  );
});

Deno.test("workers_server.ts reports a missing permission in one line, without advice about its address", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const file = new URL("workers_server.ts", FOLDER).href;
  await using program = new Program("--allow-net", ...IMPORT_MAP, file, "--port", "0");
  const { code, stderr } = await program.ended();
  const isOneLine = /^Cannot serve with workers: .*; run again with --allow-read=\S+\n$/.test(stderr);
  assertEquals([code, isOneLine], [1, true], stderr);
});
