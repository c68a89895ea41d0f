// What the published modules import: nothing from outside the package, and within it only what lies below.

import { assertEquals } from "@std/assert/equals";
import { type ModuleGraph, readGraphOfFiles, readModuleGraph } from "../support/module_graph.ts";
import { filesBelow, PROJECT } from "../support/project_files.ts";

const ENTRIES = ["mod.ts", "src/client/mod.ts", "src/protocol/mod.ts", "src/schemas/mod.ts"];
const RELAY = "src/relay/mod.ts";
const NATS = "src/nats/mod.ts";
const MCAP_FILES = filesBelow("src/mcap");

/** Returns the modules of all entry points except the command line, and all that is in src/mcap. */
async function readPublishedGraph(): Promise<ModuleGraph> {
  return await readGraphOfFiles([...ENTRIES, RELAY, ...MCAP_FILES]);
}

Deno.test("mod.ts, ./client, ./protocol and ./schemas import only modules of the package", async () => {
  const modules = await readModuleGraph(...ENTRIES);
  const outside = [...modules.keys()].filter((path) => path !== "mod.ts" && !path.startsWith("src/"));
  assertEquals(outside, []);
  // The graph is not empty.
  const some = ["mod.ts", "src/server/server.ts", "src/client/client.ts", "src/protocol/encode.ts"];
  assertEquals(some.filter((path) => !modules.has(path)), []);
});

Deno.test("modules import only from their own or a lower layer: server, websocket, session, codecs", async () => {
  const layers = ["src/protocol/", "src/codecs/", "src/session/", "src/websocket/", "src/server/"];
  const layerOf = (path: string) => layers.findIndex((layer) => path.startsWith(layer));
  const modules = await readModuleGraph("mod.ts", "src/protocol/mod.ts");
  const upward = [...modules].flatMap(([path, targets]) =>
    targets.filter((target) => layerOf(path) >= 0 && layerOf(target) > layerOf(path)).map((target) => [path, target])
  );
  assertEquals(upward, []);
});

Deno.test("src/client imports only src/codecs, src/protocol and the files that both sides share", async () => {
  const modules = await readModuleGraph("src/client/mod.ts");
  const own = /^src\/((client|codecs|codecs\/protobuf|protocol)\/)?\w+\.ts$/;
  const others = [...modules.keys()].filter((path) => !own.test(path));
  assertEquals(others, []);
  assertEquals(modules.has("src/client/client.ts"), true);
});

Deno.test("src/schemas imports only itself, src/codecs, src/protocol and the shared files of src", async () => {
  const modules = [...(await readModuleGraph("src/schemas/mod.ts")).keys()];
  const allowed = /^src\/((schemas|schemas\/helpers|schemas\/support|codecs|codecs\/protobuf|protocol)\/)?\w+\.ts$/;
  assertEquals([modules.length > 60, modules.filter((path) => !allowed.test(path))], [true, []]);
  assertEquals(modules.includes("src/schemas/helpers/quaternion.ts"), true);
});

Deno.test("the server does not import the client", async () => {
  const modules = await readModuleGraph("mod.ts");
  assertEquals([...modules.keys()].filter((path) => path.startsWith("src/client/")), []);
  assertEquals(modules.has("src/server/server.ts"), true);
});

Deno.test("no other module imports src/cli", async () => {
  const modules = await readPublishedGraph();
  assertEquals([...modules.keys()].filter((path) => path.startsWith("src/cli/")), []);
});

Deno.test("src/app_checks imports only the client, the session, what lies below them, and shared files", async () => {
  const files = filesBelow("src/app_checks");
  const graph = await readGraphOfFiles(files);
  const outward = files.flatMap((path) =>
    graph.get(path)!.filter((target) =>
      !/^src\/((app_checks|client|session|codecs\/protobuf|protocol)\/)?\w+\.ts$/.test(target)
    )
  );
  assertEquals([files.length > 3, outward], [true, []]);
});

Deno.test("no published module imports the sources of the status page", async () => {
  const modules = await readGraphOfFiles([...ENTRIES, "src/cli/main.ts", ...MCAP_FILES]);
  assertEquals([...modules.keys()].filter((path) => path.startsWith("src/status_page/")), []);
  assertEquals(modules.has("src/server/status/page_html.ts"), true);
});

Deno.test("src/protocol imports only itself, and the shared files of src import only each other", async () => {
  const modules = [...await readPublishedGraph()];
  for (const allowed of [/^src\/protocol\/\w+\.ts$/, /^src\/\w+\.ts$/]) {
    const room = modules.filter(([path]) => allowed.test(path));
    const outward = room.flatMap(([path, targets]) =>
      targets.filter((target) => !allowed.test(target)).map((target) => [path, target])
    );
    assertEquals([room.length > 5, outward], [true, []]);
  }
});

Deno.test("src/websocket imports only itself and the shared files of src", async () => {
  const modules = [...(await readModuleGraph(...filesBelow("src/websocket"))).keys()];
  assertEquals([modules.length > 5, modules.filter((path) => !/^src\/(websocket\/)?\w+\.ts$/.test(path))], [true, []]);
});

Deno.test("src/codecs imports only src/protocol and the shared files of src", async () => {
  const modules = [...await readModuleGraph("mod.ts", "src/client/mod.ts")];
  const room = modules.filter(([path]) => path.startsWith("src/codecs/"));
  const outward = room.flatMap(([path, targets]) =>
    targets.filter((target) => !/^src\/((codecs|codecs\/protobuf|protocol)\/)?\w+\.ts$/.test(target))
      .map((target) => [path, target])
  );
  assertEquals([room.length > 0, outward], [true, []]);
});

/** The layers of src/mcap. Each may import those before it. */
const MCAP_LAYERS = ["records", "compression", "reader", "writer", "recover", "check", "record", "play"];
/** These layers join files to servers and clients. */
const MCAP_JOINTS = ["record", "play"];

Deno.test("the layers of src/mcap import only themselves and lower ones", async () => {
  const graph = await readGraphOfFiles(MCAP_FILES);
  const layerOf = (path: string) => MCAP_LAYERS.indexOf(path.split("/")[2] ?? "");
  const upward = [...graph].flatMap(([path, targets]) =>
    targets.filter((target) => target.startsWith("src/mcap/") && layerOf(target) > layerOf(path))
      .map((target) => [path, target])
  ).filter(([path]) => path !== "src/mcap/mod.ts");
  const strangers = MCAP_FILES.filter((path) => layerOf(path) < 0 && path !== "src/mcap/mod.ts");
  assertEquals([MCAP_FILES.length > 30, upward, strangers], [true, [], []]);
});

Deno.test("only the recorder and the player of src/mcap import the server and the client", async () => {
  const outward = [...await readGraphOfFiles(MCAP_FILES)].flatMap(([path, targets]) =>
    path.startsWith("src/mcap/") && !MCAP_JOINTS.includes(path.split("/")[2]!)
      ? targets.filter((target) => !/^src\/((mcap|protocol|codecs)\/.*|\w+\.ts)$/.test(target)).map((
        target,
      ) => [path, target])
      : []
  );
  const zlib = outward.filter(([, target]) => target === "node:zlib").map(([path]) => path);
  assertEquals(zlib, ["src/mcap/compression/crc32.ts", "src/mcap/compression/zstd.ts"]);
  assertEquals(outward.filter(([, target]) => target !== "node:zlib"), []);
});

Deno.test("no other layer imports src/mcap, except the command line", async () => {
  const modules = [...(await readModuleGraph(...ENTRIES)).keys()];
  assertEquals(modules.filter((path) => path.startsWith("src/mcap/")), []);
});

Deno.test("the engine of the relay knows upstreams only by their interface: it does not import the client", async () => {
  const modules = await readModuleGraph("src/relay/mirror/mirror.ts");
  const outside = [...modules.keys()].filter((path) =>
    path.startsWith("src/client/") || path.startsWith("src/relay/") && !path.startsWith("src/relay/mirror/")
  );
  assertEquals([modules.has("src/relay/mirror/mirrored_channels.ts"), outside], [true, []]);
});

Deno.test("./relay imports nothing from outside the package, and no other layer imports it", async () => {
  const outside = [...(await readModuleGraph(RELAY)).keys()].filter((path) => !path.startsWith("src/"));
  assertEquals(outside, []);
  const others = (await readGraphOfFiles([...ENTRIES, ...MCAP_FILES])).keys();
  assertEquals([...others].filter((path) => path.startsWith("src/relay/")), []);
});

Deno.test("src/workers imports only itself, the server and what lies below, and no other layer imports it", async () => {
  const graph = await readGraphOfFiles(filesBelow("src/workers"));
  const allowed = /^src\/((workers|server|session|codecs|websocket|protocol)\/.*|\w+\.ts)$/;
  assertEquals([...graph.keys()].filter((path) => !allowed.test(path)), []);
  assertEquals(graph.has("src/server/server.ts"), true);
  const others = [...(await readModuleGraph(...ENTRIES, "src/cli/main.ts")).keys()];
  assertEquals(others.filter((path) => path.startsWith("src/workers/")), []);
});

Deno.test("./nats imports nothing from outside the package, and no other layer imports it", async () => {
  const outside = [...(await readModuleGraph(NATS)).keys()].filter((path) => !path.startsWith("src/"));
  assertEquals(outside, []);
  const others = (await readGraphOfFiles([...ENTRIES, ...MCAP_FILES, RELAY])).keys();
  assertEquals([...others].filter((path) => path.startsWith("src/nats/")), []);
});

for (const layer of ["client", "schemas", "status_page/panels", "websocket"]) {
  Deno.test(`src/${layer} uses only the web platform`, async () => {
    await assertCodeWithout(layer, /\bDeno\.|\bprocess\b|\bBuffer\b|\brequire\(|setImmediate|"node:/);
  });
}

Deno.test("src/codecs uses only the web platform", async () => {
  await assertCodeWithout(
    "codecs",
    /\bDeno\.|\bprocess\b|\bBuffer\.|\brequire\(|setImmediate|"node:|\bawait\b|\basync\b/,
  );
});

for (const layer of ["protocol", "session", "websocket", "mcap/records", "mcap/compression"]) {
  Deno.test(`src/${layer} is pure: it uses no Deno, sockets, timers, clocks or promises`, async () => {
    await assertCodeWithout(
      layer,
      /\bDeno\.|\bWebSocket\b(?!"| )|setTimeout|setInterval|setImmediate|Date\.now|performance\.|\bawait\b|\basync\b/,
    );
  });
}

/** Asserts that no file of the layer matches `unwanted` outside its comments. */
async function assertCodeWithout(layer: string, unwanted: RegExp): Promise<void> {
  const found: string[] = [];
  for (const path of filesBelow(`src/${layer}`)) {
    const source = await Deno.readTextFile(new URL(path, PROJECT));
    const code = source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    if (unwanted.test(code)) found.push(`${path}: ${code.match(unwanted)?.[0]}`);
  }
  assertEquals(found, []);
}

Deno.test("src does not use `using` declarations, which older engines cannot parse", async () => {
  const modules = [...(await readPublishedGraph()).keys()];
  const using: string[] = [];
  for (const path of modules.filter((path) => path.startsWith("src/"))) {
    const code = (await Deno.readTextFile(new URL(path, PROJECT))).replaceAll(/^ *(\*|\/\*\*|\/\/).*$/gm, "");
    if (/\busing\s+\w+\s*=/.test(code)) using.push(path);
  }
  assertEquals([modules.length > 50, using], [true, []]);
});

Deno.test("src/server/delivery imports nothing else of src/server", async () => {
  const modules = [...await readModuleGraph("mod.ts")].filter(([path]) => path.startsWith("src/server/delivery/"));
  const outward = modules.flatMap(([path, targets]) =>
    targets.filter((target) => target.startsWith("src/server/") && !target.startsWith("src/server/delivery/"))
      .map((target) => [path, target])
  );
  assertEquals([modules.length > 5, outward], [true, []]);
});

Deno.test("src/server/clients does not import src/server/http", async () => {
  const modules = [...await readModuleGraph("mod.ts")].filter(([path]) => path.startsWith("src/server/clients/"));
  const upward = modules.flatMap(([path, targets]) =>
    targets.filter((target) => target.startsWith("src/server/http/")).map((target) => [path, target])
  );
  assertEquals([modules.length > 5, upward], [true, []]);
});

Deno.test("src/server/stats does not import the parts that it counts, except src/server/delivery", async () => {
  const modules = [...await readModuleGraph("mod.ts")].filter(([path]) => path.startsWith("src/server/stats/"));
  const outward = modules.flatMap(([path, targets]) =>
    targets.filter((target) => /^src\/server\/(clients|http)\//.test(target)).map((target) => [path, target])
  );
  assertEquals([modules.length > 3, outward], [true, []]);
});

Deno.test("src/server/parameters imports no other room of src/server", async () => {
  const modules = [...await readModuleGraph("mod.ts")].filter(([path]) => path.startsWith("src/server/parameters/"));
  const outward = modules.flatMap(([path, targets]) =>
    targets.filter((target) => /^src\/server\/(?!parameters\/)\w+\//.test(target)).map((target) => [path, target])
  );
  assertEquals([modules.length > 5, outward], [true, []]);
});

Deno.test("src/server/status is imported only by the server itself, and by its options", async () => {
  const importers = [...await readModuleGraph("mod.ts")].filter(([path, targets]) =>
    !path.startsWith("src/server/status/") && targets.some((target) => target.startsWith("src/server/status/"))
  );
  assertEquals(importers.map(([path]) => path).sort(), ["mod.ts", "src/server/options.ts", "src/server/server.ts"]);
});

/** Files that may use Deno's functions. The others run on every platform. */
const OWN_DENO: readonly string[] = [
  "src/platform.ts",
  "src/server/http/endpoint.ts",
  "src/server/http/listening.ts",
  "src/server/http/native_listener.ts",
  "src/server/http/native_upgrade.ts",
];

Deno.test("only the platform and the native transport use Deno", async () => {
  const modules = [...(await readPublishedGraph()).keys()].filter((path) => path.startsWith("src/"));
  const found: string[] = [];
  for (const path of modules) {
    const code = (await Deno.readTextFile(new URL(path, PROJECT))).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    if (/(?<!["`])\bDeno\.\w/.test(code)) found.push(path);
  }
  assertEquals(found.toSorted(), OWN_DENO);
});

/** Files that may use the timers of the platform, with the reason. */
const OWN_TIMERS: Readonly<Record<string, string>> = {
  "src/machine_clock.ts": "the clock of servers",
  "src/client/client_clock.ts": "the clock of clients",
  "src/time_ns.ts": "reads the wall clock",
  "src/server/settled_within.ts": "waits for a turn of the event loop, not for a time",
};

Deno.test("timers and time limits use the injected clock", async () => {
  const modules = [...(await readPublishedGraph()).keys()].filter((path) => path.startsWith("src/"));
  const found: string[] = [];
  for (const path of modules) {
    const code = (await Deno.readTextFile(new URL(path, PROJECT))).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    if (/\bset(Timeout|Interval)\(|\bDate\.now\b|\bperformance\.now\b/.test(code)) found.push(path);
  }
  assertEquals(found.toSorted(), Object.keys(OWN_TIMERS).toSorted());
});

Deno.test("no public type names Deno: the types work on every platform", async () => {
  for (const entry of [...ENTRIES, RELAY, "src/mcap/mod.ts"]) {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["doc", "--json", entry],
      cwd: PROJECT,
      stderr: "inherit",
    });
    const { stdout } = await command.output();
    const names = [...new TextDecoder().decode(stdout).matchAll(/"typeName": ?"([^"]+)"/g)].map(([, name]) => name);
    assertEquals([entry, names.length > 0, names.filter((name) => name?.startsWith("Deno."))], [entry, true, []]);
  }
});
