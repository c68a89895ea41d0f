// ParameterFile: what is read, what is written, and what happens to files that are not valid.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import type { Logger } from "../../../src/logger.ts";
import { SILENT } from "../../../src/server/loggers.ts";
import { type FileHandle, type Files, platformFiles } from "../../../src/server/parameters/file_system.ts";
import { ParameterFile } from "../../../src/server/parameters/parameter_file.ts";
import { Program } from "../../support/program.ts";

const IS_WINDOWS = Deno.build.os === "windows";

/** A new folder. */
interface Folder extends AsyncDisposable {
  /** The path of the parameter file, which does not exist yet. */
  file: string;
  /** The path of the folder. */
  path: string;
  /** Returns the names of the files. */
  names(): string[];
}

async function folder(): Promise<Folder> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "parameter_file_" }));
  return {
    file: `${path}/parameters.json`,
    path,
    names: () => [...Deno.readDirSync(path)].map(({ name }) => name).toSorted(),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Opens a file with a log. */
function open(file: string | URL): { file: ParameterFile; log: string[] } {
  const log: string[] = [];
  const line = (level: string) => (message: string) => void log.push(`${level}: ${message}`);
  const logger: Logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  return { file: new ParameterFile(file, logger), log };
}

Deno.test("ParameterFile creates the file at the first change, one parameter on each line", async () => {
  await using files = await folder();
  const { file, log } = open(files.file);
  await file.flush();
  assertEquals(files.names(), []);
  file.set("/pid/kp", "1.5");
  file.set("/mode", '"manual"');
  await file.flush();
  assertEquals(Deno.readTextFileSync(files.file), '{\n  "/pid/kp": 1.5,\n  "/mode": "manual"\n}\n');
  assertEquals([files.names(), log], [["parameters.json"], []]);
});

Deno.test("ParameterFile keeps the text of other members, and their order", async () => {
  await using files = await folder();
  Deno.writeTextFileSync(files.file, '\ufeff{"unknown": [1.50,\n {"a":1e999}],"/kp":1,"id":18446744073709551617}');
  const { file } = open(files.file);
  assertEquals([file.get("/kp"), file.get("/mode")], ["1", undefined]);
  file.set("/kp", "2");
  await file.close();
  assertEquals(
    Deno.readTextFileSync(files.file),
    '{\n  "unknown": [1.50,\n {"a":1e999}],\n  "/kp": 2,\n  "id": 18446744073709551617\n}\n',
  );
});

/** The file functions of the platform. Passes each text to `beforeWrite`, and waits for its result. */
function filesWith(beforeWrite: (text: string) => Promise<void>): Files {
  const files = platformFiles();
  const { open, rename, rm, stat } = files.fs.promises;
  const intercept = (handle: FileHandle): FileHandle => ({
    writeFile: (text) => beforeWrite(text).then(() => handle.writeFile(text)),
    chmod: (mode) => handle.chmod(mode),
    sync: () => handle.sync(),
    close: () => handle.close(),
  });
  const promises = { open: (...args: Parameters<typeof open>) => open(...args).then(intercept), rename, rm, stat };
  return { ...files, fs: { ...files.fs, promises } };
}

Deno.test("ParameterFile writes one version at a time: changes during a write are written by the next one", async () => {
  await using temporary = await folder();
  const texts: string[] = [];
  const begun = Promise.withResolvers<void>();
  const mayContinue = Promise.withResolvers<void>();
  const files = filesWith((text) => {
    texts.push(text);
    begun.resolve();
    return mayContinue.promise;
  });
  const file = new ParameterFile(temporary.file, SILENT, files);
  for (let value = 0; value <= 100; value++) file.set("/a", String(value));
  const flushed = file.flush();
  await begun.promise;
  for (let value = 0; value <= 100; value++) file.set("/b", String(value));
  assertEquals(texts, ['{\n  "/a": 100\n}\n']);
  mayContinue.resolve();
  // Also waits for the changes since the call.
  await flushed;
  assertEquals(texts.slice(1), ['{\n  "/a": 100,\n  "/b": 100\n}\n']);
  assertEquals(Deno.readTextFileSync(temporary.file), texts[1]);
});

Deno.test("ParameterFile writes a change again that was made during a failed write", async () => {
  await using temporary = await folder();
  const log: string[] = [];
  let writes = 0;
  const files = filesWith((text) => {
    writes += 1;
    if (writes > 1) return Promise.resolve();
    file.set("/b", "2");
    assertEquals(text, '{\n  "/a": 1\n}\n');
    return Promise.reject(new Error("the disk is full"));
  });
  const file = new ParameterFile(temporary.file, { ...SILENT, error: (line) => void log.push(line) }, files);
  file.set("/a", "1");
  await file.flush();
  assertEquals(Deno.readTextFileSync(temporary.file), '{\n  "/a": 1,\n  "/b": 2\n}\n');
  assertEquals(log, [`Cannot write parameters to "${temporary.file}": the disk is full`]);
  assertEquals(temporary.names(), ["parameters.json"]);
});

Deno.test("ParameterFile accepts relative paths and URLs, and rejects everything else", async () => {
  await using files = await folder();
  const url = new URL(`file://${IS_WINDOWS ? "/" : ""}${files.path}/with%20space.json`);
  const { file } = open(url);
  file.set("/a", "1");
  await file.close();
  assertEquals(files.names(), ["with space.json"]);
  assertEquals(open("deno.json").file.path, await Deno.realPath("deno.json"));
  for (const wrong of ["", new URL("https://localhost/a.json"), 1, null]) {
    assertThrows(
      () => open(wrong as string),
      TypeError,
      `Cannot open a parameter file: "${wrong}" is not a path or a file: URL`,
    );
  }
});

Deno.test("ParameterFile ignores changes after close()", async () => {
  await using files = await folder();
  const { file } = open(files.file);
  file.set("/a", "1");
  const closed = file.close();
  file.set("/a", "2");
  await closed;
  file.set("/a", "3");
  await file.close();
  assertEquals(Deno.readTextFileSync(files.file), '{\n  "/a": 1\n}\n');
});

const NOT_JSON: readonly (readonly [what: string, content: Uint8Array<ArrayBuffer>])[] = [
  ["an empty file", new Uint8Array()],
  ["half a file", new TextEncoder().encode('{"/a": 1, "/b')],
  ["an array", new TextEncoder().encode("[]")],
  ["a file that is not UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
];
for (const [what, content] of NOT_JSON) {
  Deno.test(`ParameterFile keeps ${what} aside`, async () => {
    await using files = await folder();
    Deno.writeTextFileSync(`${files.file}.invalid-1`, "older");
    Deno.writeFileSync(files.file, content);
    const { file, log } = open(files.file);
    assertEquals(log, [
      `error: Cannot read parameters from "${files.file}": it is not a JSON object; ` +
      `it was renamed to "${files.file}.invalid-2"`,
    ]);
    file.set("/a", "2");
    await file.flush();
    assertEquals(files.names(), ["parameters.json", "parameters.json.invalid-1", "parameters.json.invalid-2"]);
    assertEquals(Deno.readFileSync(`${files.file}.invalid-2`), content);
    assertEquals(Deno.readTextFileSync(`${files.file}.invalid-1`), "older");
    assertEquals(Deno.readTextFileSync(files.file), '{\n  "/a": 2\n}\n');
  });
}

Deno.test("ParameterFile does not write over a path that it cannot read", async () => {
  await using files = await folder();
  Deno.mkdirSync(files.file);
  const { file, log } = open(files.file);
  const line = `Cannot read parameters from "${files.file}": it is not a regular file; changes are not saved`;
  assertEquals(log, [`error: ${line}`]);
  file.set("/a", "1");
  await assertRejects(
    () => file.flush(),
    Error,
    `Cannot write parameters to "${files.file}": it is not a regular file`,
  );
  await file.close();
  assertEquals([Deno.statSync(files.file).isDirectory, files.names(), log.length], [true, ["parameters.json"], 1]);
});

Deno.test({
  name: "ParameterFile works without a file if it may not be read",
  permissions: { read: false },
  async fn() {
    const { file, log } = open(IS_WINDOWS ? "C:\\parameters.json" : "/parameters.json");
    assertEquals(log.length, 1);
    assertStringIncludes(log[0]!, "error: Cannot read parameters from");
    assertStringIncludes(log[0]!, "; changes are not saved");
    file.set("/a", "1");
    await file.close();
  },
});

Deno.test("ParameterFile does not lose a file that is not JSON and cannot be renamed", async () => {
  await using files = await folder();
  Deno.writeTextFileSync(files.file, "precious");
  const script = `
    import { ParameterFile } from ${
    JSON.stringify(new URL("../../../src/server/parameters/parameter_file.ts", import.meta.url).href)
  };
    const error = (line) => console.log(line);
    const file = new ParameterFile(${JSON.stringify(files.file)}, { error });
    file.set("/a", "1");
    await file.close();
  `;
  const program = `${files.path}/program.ts`;
  Deno.writeTextFileSync(program, script);
  // The program may not write.
  await using child = new Program("--no-check", "--allow-read", program);
  const { code, lines } = await child.ended();
  assertEquals([code, lines.length], [0, 1]);
  assertStringIncludes(lines[0]!, "it is not a JSON object, and it cannot be renamed: ");
  assertStringIncludes(lines[0]!, "; changes are not saved");
  assertEquals(Deno.readTextFileSync(files.file), "precious");
  assertEquals(files.names(), ["parameters.json", "program.ts"]);
});

Deno.test("ParameterFile logs a failed write once, and tries again at the next change", async () => {
  await using files = await folder();
  const parent = `${files.path}/missing`;
  const { file, log } = open(`${parent}/parameters.json`);
  const cannotWrite = `Cannot write parameters to "${parent}/parameters.json"`;
  assertEquals(log, [`error: ${cannotWrite}: its folder does not exist`]);
  log.length = 0;
  file.set("/a", "1");
  const error = await assertRejects(() => file.flush(), Error, cannotWrite);
  assertEquals((error.cause as { code?: string }).code, "ENOENT");
  file.set("/a", "2");
  await assertRejects(() => file.flush(), Error, cannotWrite);
  assertEquals(log.map((line) => line.startsWith(`error: ${cannotWrite}: ENOENT`)), [true]);
  Deno.mkdirSync(parent);
  file.set("/b", "3");
  await file.flush();
  assertEquals(Deno.readTextFileSync(`${parent}/parameters.json`), '{\n  "/a": 2,\n  "/b": 3\n}\n');
  // After a success, the same failure is logged again.
  Deno.removeSync(parent, { recursive: true });
  file.set("/a", "4");
  await file.close();
  assertEquals(log.length, 2);
});

Deno.test("ParameterFile.flush() tries a failed write again", async () => {
  await using files = await folder();
  const parent = `${files.path}/missing`;
  const { file } = open(`${parent}/parameters.json`);
  file.set("/a", "1");
  await assertRejects(() => file.flush(), Error);
  Deno.mkdirSync(parent);
  await file.flush();
  assertEquals(Deno.readTextFileSync(`${parent}/parameters.json`), '{\n  "/a": 1\n}\n');
});

Deno.test("ParameterFile replaces a temporary file that a crash has left", async () => {
  await using files = await folder();
  Deno.writeTextFileSync(files.file, '{"/a": 1}');
  Deno.writeTextFileSync(`${files.file}.tmp`, '{"/a": 2, "/b');
  const { file, log } = open(files.file);
  assertEquals([file.get("/a"), log], ["1", []]);
  file.set("/a", "3");
  await file.close();
  assertEquals([files.names(), Deno.readTextFileSync(files.file)], [["parameters.json"], '{\n  "/a": 3\n}\n']);
});

Deno.test("ParameterFile removes its temporary file if the file cannot be replaced", async () => {
  await using files = await folder();
  const { file, log } = open(files.file);
  // A folder with a file in it cannot be replaced by a file.
  Deno.mkdirSync(`${files.file}/child`, { recursive: true });
  file.set("/a", "1");
  await file.close();
  assertEquals([files.names(), log.length], [["parameters.json"], 1]);
});

Deno.test({
  name: "ParameterFile writes to the target of a link, also if the target is missing",
  ignore: IS_WINDOWS,
  async fn() {
    await using files = await folder();
    Deno.mkdirSync(`${files.path}/data`);
    Deno.symlinkSync("data/target.json", `${files.path}/second.json`);
    Deno.symlinkSync(`${files.path}/second.json`, files.file);
    for (const value of ["1", "2"]) {
      const { file, log } = open(files.file);
      assertEquals([file.path, log], [`${files.path}/data/target.json`, []]);
      file.set("/a", value);
      await file.close();
      assertEquals(Deno.readTextFileSync(`${files.path}/data/target.json`), `{\n  "/a": ${value}\n}\n`);
    }
    assertEquals([...Deno.readDirSync(`${files.path}/data`)].map(({ name }) => name), ["target.json"]);
    assertEquals([Deno.lstatSync(files.file).isSymlink, files.names()], [
      true,
      ["data", "parameters.json", "second.json"],
    ]);
  },
});

Deno.test({
  name: "ParameterFile reports links that form a cycle",
  ignore: IS_WINDOWS,
  async fn() {
    await using files = await folder();
    Deno.symlinkSync("other.json", files.file);
    Deno.symlinkSync("parameters.json", `${files.path}/other.json`);
    const { file, log } = open(files.file);
    file.set("/a", "1");
    await file.close();
    assertEquals([log.length, files.names()], [1, ["other.json", "parameters.json"]]);
    assertStringIncludes(log[0]!, "; changes are not saved");
  },
});

Deno.test({
  name: "ParameterFile keeps the permissions of the file",
  ignore: IS_WINDOWS,
  async fn() {
    await using files = await folder();
    for (const mode of [0o600, 0o666]) {
      Deno.writeTextFileSync(files.file, "{}");
      Deno.chmodSync(files.file, mode);
      const { file } = open(files.file);
      file.set("/a", "1");
      await file.close();
      assertEquals(Deno.statSync(files.file).mode! & 0o777, mode);
    }
  },
});

/** Runs the fixture `writes_parameters.ts`. */
function writer(files: Folder, ...args: string[]): Program {
  const fixture = new URL("../fixtures/writes_parameters.ts", import.meta.url).href;
  const permissions = [`--allow-read=${files.path}`, `--allow-write=${files.path}`];
  return new Program("--no-check", ...permissions, fixture, files.file, ...args);
}

/** Returns the number in the file of the fixture, after checking that the file is complete. */
function savedNumber({ file }: Folder): number {
  const { number, text } = JSON.parse(Deno.readTextFileSync(file));
  assertEquals(text === `${number} `.repeat(100_000), true);
  return number;
}

for (const step of ["write", "sync", "rename", "folder sync"]) {
  Deno.test(`ParameterFile survives a crash in the middle of a write: ${step}`, async () => {
    await using files = await folder();
    await using program = writer(files, step);
    assertEquals([await program.line(), await program.line()], ["1", "stopped"]);
    program.kill("SIGKILL");
    await program.ended();
    const isRenamed = step === "folder sync";
    assertEquals(savedNumber(files), isRenamed ? 2 : 1);
    assertEquals(files.names(), isRenamed ? ["parameters.json"] : ["parameters.json", "parameters.json.tmp"]);
    const { file, log } = open(files.file);
    file.set("text", '""');
    await file.close();
    assertEquals([files.names(), log], [["parameters.json"], []]);
  });
}

Deno.test("ParameterFile survives crashes at any time, with all flushed changes", async () => {
  await using files = await folder();
  for (let crash = 0; crash < 6; crash++) {
    await using program = writer(files);
    let flushed = 0;
    for (let line = 0; line <= crash % 3; line++) flushed = Number(await program.line());
    program.kill("SIGKILL");
    const { lines } = await program.ended();
    flushed = Number(lines.at(-1) ?? flushed);
    assertEquals(savedNumber(files) >= flushed, true);
  }
});
