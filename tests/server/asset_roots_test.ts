// assetRoots(): the files of a folder that it serves, and that it never serves files outside.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { assetRoots } from "../../src/server/asset_roots.ts";
import { bytes, conversation } from "../support/conversation.ts";
import { Program } from "../support/program.ts";

/** A folder with the files of an arm, beside a secret file. */
interface Folder extends AsyncDisposable {
  /** The folder that is served. */
  root: string;
  /** The parent folder, which also contains the secret. */
  parent: string;
}

async function folder(): Promise<Folder> {
  const parent = await Deno.realPath(await Deno.makeTempDir({ prefix: "asset_roots_" }));
  const root = `${parent}/arm`;
  await Deno.mkdir(`${root}/meshes`, { recursive: true });
  await Deno.mkdir(`${parent}/arm_secrets`);
  await Deno.writeTextFile(`${root}/arm.urdf`, "<robot/>");
  await Deno.writeTextFile(`${root}/meshes/base link ü%.stl`, "mesh");
  await Deno.writeTextFile(`${parent}/secret.txt`, "secret");
  await Deno.writeTextFile(`${parent}/arm_secrets/secret.txt`, "secret");
  return { root, parent, [Symbol.asyncDispose]: () => Deno.remove(parent, { recursive: true }) };
}

/** Fetches one asset from a server with these roots. Returns its text or the error. */
async function fetchFrom(
  roots: Record<string, string | URL>,
  uri: string,
  maxAssetBytes = 1000,
): Promise<{ text?: string; error?: string; log: readonly string[] }> {
  const { client, log } = conversation({
    capabilities: ["assets"],
    maxAssetBytes,
    listener: { onFetchAsset: assetRoots(roots) },
  });
  const app = client();
  app.says({ op: "fetchAsset", uri, requestId: 1 });
  const answer = await app.next();
  if (answer.op !== "fetchAssetResponse") throw new Error(`answered with ${answer.op}`);
  const failures = log.filter((line) => /^(warn|error): /.test(line));
  if (answer.status === "error") return { error: answer.error, log: failures };
  return { text: new TextDecoder().decode(answer.data), log: failures };
}

Deno.test("assetRoots() serves files in the folder and its subfolders", async () => {
  await using files = await folder();
  const roots = { "package://arm/": files.root };
  assertEquals(await fetchFrom(roots, "package://arm/arm.urdf"), { text: "<robot/>", log: [] });
  const encoded = "package://arm/meshes/base%20link%20%C3%BC%25.stl";
  assertEquals(await fetchFrom(roots, encoded), { text: "mesh", log: [] });
  assertEquals(await fetchFrom(roots, "package://arm/meshes/base link ü%25.stl"), { text: "mesh", log: [] });
  // Apps do not encode a percent sign.
  assertEquals(await fetchFrom(roots, "package://arm/meshes/base link ü%.stl"), { text: "mesh", log: [] });
  assertEquals(await fetchFrom(roots, "package%3A//arm%2Fmeshes%2Fbase link ü%.stl"), { text: "mesh", log: [] });
});

Deno.test("assetRoots() decodes percent-encoding once", async () => {
  await using files = await folder();
  await Deno.writeTextFile(`${files.root}/secret`, "secret");
  await Deno.writeTextFile(`${files.root}/%73ecret`, "percent");
  const text = async (path: string) =>
    (await fetchFrom({ "package://arm/": files.root }, `package://arm/${path}`)).text;
  assertEquals(await text("%73ecret"), "secret");
  assertEquals(await text("%2573ecret"), "percent");
  assertEquals(await text("%252573ecret"), undefined);
});

Deno.test("assetRoots() serves no file that rights exclude, in any spelling", async () => {
  await using files = await folder();
  await Deno.mkdir(`${files.root}/secret`);
  await Deno.writeTextFile(`${files.root}/secret/key`, "key");
  const { client } = conversation({
    capabilities: ["assets"],
    listener: { onFetchAsset: assetRoots({ "package://arm/": files.root, "package://all/": files.parent }) },
  });
  const assets = [/^package:\/\/arm\/(?!secret)/];
  const app = client({ identity: { rights: { assets } } });
  const paths = [
    "secret/key",
    "%73ecret/key",
    "secret%2fkey",
    "%2573ecret/key",
    "./secret/key",
    "/secret/key",
    "%2Fsecret/key",
  ];
  for (const path of [...paths.map((path) => `arm/${path}`), "arm%2f%73ecret/key", "all/arm/secret/key"]) {
    app.says({ op: "fetchAsset", uri: `package://${path}`, requestId: 1 });
    const answer = await app.next();
    assertEquals(answer.op === "fetchAssetResponse" && answer.status, "error", path);
  }
  app.says({ op: "fetchAsset", uri: "package%3A//%61rm/%61rm.urdf", requestId: 2 });
  assertEquals(await app.next(), {
    op: "fetchAssetResponse",
    requestId: 2,
    status: "success",
    data: bytes("<robot/>"),
  });
});

Deno.test("assetRoots() compares prefixes in the same way as URIs", async () => {
  await using files = await folder();
  const roots = { "package://": files.root, "package://%61rm/": `${files.root}/meshes` };
  for (const uri of ["package://arm/base link ü%.stl", "package://%61%72m/base link ü%.stl"]) {
    assertEquals((await fetchFrom(roots, uri)).text, "mesh");
  }
});

Deno.test("assetRoots() copies the URL of a folder", async () => {
  await using files = await folder();
  const url = new URL(`file://${files.root}`);
  const hook = assetRoots({ "package://arm/": url });
  url.pathname = files.parent;
  const { client } = conversation({ capabilities: ["assets"], listener: { onFetchAsset: hook } });
  const app = client();
  app.says({ op: "fetchAsset", uri: "package://arm/secret.txt", requestId: 1 });
  const answer = await app.next();
  assertEquals(answer.op === "fetchAssetResponse" && answer.status, "error");
});

Deno.test("assetRoots() accepts the URL of a folder with or without a slash at its end", async () => {
  await using files = await folder();
  for (const end of ["", "/"]) {
    const url = new URL(`file://${files.root}${end}`);
    assertEquals((await fetchFrom({ "package://arm/": url }, "package://arm/arm.urdf")).text, "<robot/>");
    const path = files.root + end;
    assertEquals((await fetchFrom({ "package://arm/": path }, "package://arm/arm.urdf")).text, "<robot/>");
  }
});

Deno.test("assetRoots() uses the longest matching prefix only", async () => {
  await using files = await folder();
  const roots = { "package://": files.parent, "package://arm/": `${files.root}/meshes` };
  const mesh = "base%20link%20%C3%BC%25.stl";
  assertEquals((await fetchFrom(roots, `package://arm/${mesh}`)).text, "mesh");
  assertEquals((await fetchFrom(roots, "package://secret.txt")).text, "secret");
  assertEquals(
    (await fetchFrom(roots, "file:///etc/hostname")).error,
    'Cannot fetch "file:///etc/hostname": there is no such asset',
  );
});

const ESCAPES = [
  "../secret.txt",
  "meshes/../../secret.txt",
  "%2e%2e/secret.txt",
  "%2E./secret.txt",
  "..%2fsecret.txt",
  "%2e%2e%2fsecret.txt",
  "%252e%252e/secret.txt",
  "..\\secret.txt",
  "..%5csecret.txt",
  "meshes/..",
  "./arm.urdf",
  "meshes/./../arm.urdf",
  "/etc/hostname",
  "//etc/hostname",
  "%2fetc/hostname",
  "C:/secret.txt",
  "C%3a/secret.txt",
  "arm.urdf::$DATA",
  "arm.urdf%00",
  "arm.urdf\0.stl",
  "arm.urdf\n",
  "arm.urdf%C2%80",
  "%ed%a0%be",
  "\ud83e",
  "arm.urdf%",
  "%ff%fe",
  "..%c0%afsecret.txt",
  "meshes//base",
  "meshes/",
  "",
  ".",
  "..",
  "../arm_secrets/secret.txt",
  "nothing.stl",
  "arm.urdf/x",
  "meshes",
  "x".repeat(5000),
];

for (const path of ESCAPES) {
  Deno.test(`assetRoots() does not serve ${JSON.stringify(path.slice(0, 40))}, and discloses no path of the server`, async () => {
    await using files = await folder();
    const { text, error = "", log } = await fetchFrom({ "package://arm/": files.root }, `package://arm/${path}`);
    assertEquals(text, undefined);
    assertEquals(error.startsWith("Cannot fetch "), true, error);
    assertEquals(error.includes(files.parent) || error.includes("asset_roots_"), false, error);
    // The log gives the reason in one line, whatever the path contains.
    const [line, ...more] = log;
    assertEquals(
      [/^warn: Client 1: onFetchAsset refused: \P{Cc}+$/u.test(line ?? ""), more],
      [path.length <= 1024, []],
      line,
    );
  });
}

Deno.test("assetRoots() follows links that stay inside the folder, and no others", async () => {
  await using files = await folder();
  const { root, parent } = files;
  await Deno.symlink(`${root}/arm.urdf`, `${root}/inside`);
  await Deno.symlink("../secret.txt", `${root}/outside`);
  await Deno.symlink(`${parent}/arm_secrets`, `${root}/beside`);
  await Deno.symlink("/etc", `${root}/etc`);
  await Deno.symlink("round", `${root}/round`);
  await Deno.symlink("nowhere", `${root}/dangling`);
  const roots = { "package://arm/": root };
  assertEquals((await fetchFrom(roots, "package://arm/inside")).text, "<robot/>");
  for (const path of ["outside", "beside/secret.txt", "etc/hostname", "round", "dangling"]) {
    const { error } = await fetchFrom(roots, `package://arm/${path}`);
    assertEquals(error, `Cannot fetch "package://arm/${path}": there is no such asset`);
  }
});

Deno.test("assetRoots() serves a folder that is itself a link", async () => {
  await using files = await folder();
  await Deno.symlink(files.root, `${files.parent}/current`);
  const roots = { "package://arm/": `${files.parent}/current` };
  assertEquals((await fetchFrom(roots, "package://arm/arm.urdf")).text, "<robot/>");
});

Deno.test({
  name: "assetRoots() does not wait for a pipe without a writer",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using files = await folder();
    await new Deno.Command("mkfifo", { args: [`${files.root}/pipe`] }).output();
    const { error } = await fetchFrom({ "package://arm/": files.root }, "package://arm/pipe");
    assertEquals(error, 'Cannot fetch "package://arm/pipe": there is no such asset');
  },
});

Deno.test("assetRoots() rejects files above maxAssetBytes, and serves a file of exactly that size", async () => {
  await using files = await folder();
  const roots = { "package://arm/": files.root };
  const { error } = await fetchFrom(roots, "package://arm/arm.urdf", 7);
  assertEquals(error, 'Cannot fetch "package://arm/arm.urdf": it has 8 bytes, more than "maxAssetBytes" allows (7)');
  assertEquals((await fetchFrom(roots, "package://arm/arm.urdf", 8)).text, "<robot/>");
});

Deno.test("assetRoots() discloses nothing about a missing folder", async () => {
  await using files = await folder();
  const folderOf = `${files.root}/nowhere`;
  const { error, log: [line] } = await fetchFrom({ "package://arm/": folderOf }, "package://arm/arm.urdf");
  assertEquals(error, 'Cannot fetch "package://arm/arm.urdf": there is no such asset');
  // The log gives the cause.
  assertEquals(
    line?.startsWith("warn: Client 1: onFetchAsset refused: there is no such asset, caused by NotFound: "),
    true,
  );
  assertEquals(line?.includes(folderOf), true);
});

Deno.test("assetRoots() requires only --allow-read for the folder, and discloses nothing without that permission", async () => {
  await using files = await folder();
  await Deno.symlink("../secret.txt", `${files.root}/outside`);
  const fixture = new URL("fixtures/fetches_assets.ts", import.meta.url).href;
  const run = async (...flags: string[]) => {
    await using program = new Program(...flags, fixture, files.root, "arm.urdf", "outside");
    return (await program.ended()).lines;
  };
  const none = (path: string) => `Cannot fetch "package://arm/${path}": there is no such asset`;
  assertEquals(await run(`--allow-read=${files.root}`), ["<robot/>", none("outside")]);
  assertEquals(await run(), [none("arm.urdf"), none("outside")]);
});

Deno.test("assetRoots() rejects invalid prefixes and folders", () => {
  assertThrows(() => assetRoots({ "package://arm": "arm" }), TypeError, 'prefix "package://arm" does not end in "/"');
  assertThrows(
    () => assetRoots({ "package://arm/": "" }),
    TypeError,
    'the folder of "package://arm/" is "", not a path or a file: URL',
  );
  assertThrows(() => assetRoots({ "package://arm/%ff/": "arm" }), TypeError, "must be UTF-8 text");
  const twice = { "package://arm/": "arm", "package://leg/": "leg", "package://%61rm/": "arm2" };
  assertThrows(() => assetRoots(twice), TypeError, "two prefixes are the same URI");
  const url = new URL("https://example.com/arm/");
  assertThrows(() => assetRoots({ "package://arm/": url }), TypeError, 'is "https://example.com/arm/"');
});

Deno.test("assetRoots() accepts __proto__ as a prefix and as a name", async () => {
  await using files = await folder();
  await Deno.writeFile(`${files.root}/__proto__`, bytes("plain"));
  const roots = JSON.parse(`{"__proto__/":${JSON.stringify(files.root)}}`);
  assertEquals((await fetchFrom(roots, "__proto__/__proto__")).text, "plain");
  assertEquals((await fetchFrom(roots, "__proto__/constructor")).text, undefined);
});
