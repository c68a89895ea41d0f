// tools/set_scope.ts on a copy of the repository, and the scopes that it accepts.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import config from "../../deno.json" with { type: "json" };
import { isScope, withScope } from "../../tools/set_scope.ts";
import { IMPORT_MAP } from "../support/import_map.ts";

const ROOT = `${import.meta.dirname}/../..`;
/** Assembled at run time, because the tool would also replace it here. */
const PLACEHOLDER = ["@x", "foxglove-ws"].join("/");
/** The longest allowed scope, because long names change the line breaks. */
const SCOPE = "@a-name-of-20-letters";
const NAME = `${SCOPE}/foxglove-ws`;

/** A git repository with the tracked files of this one, in which the package has the placeholder scope. */
class Copy implements AsyncDisposable {
  readonly folder: string = Deno.makeTempDirSync();

  static async make(): Promise<Copy> {
    const copy = new Copy();
    const paths = (await run(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")).text.split(
      "\0",
    ).filter((path) => path !== "");
    await Promise.all(paths.map((path) => copy.#take(path)));
    await run(copy.folder, "git", "init", "--quiet");
    await run(copy.folder, "git", "add", "--all");
    return copy;
  }

  async #take(path: string): Promise<void> {
    const target = `${this.folder}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    const text = await Deno.readTextFile(`${ROOT}/${path}`);
    await Deno.writeTextFile(target, text.replaceAll(config.name, PLACEHOLDER));
  }

  async write(path: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/${path}`, text);
  }

  /** Returns the tracked files that contain the placeholder. */
  async withPlaceholder(): Promise<string[]> {
    const { text } = await run(this.folder, "git", "grep", "--files-with-matches", "--fixed-strings", PLACEHOLDER);
    return text.split("\n").filter((path) => path !== "");
  }

  deno(...args: string[]): Promise<Run> {
    return run(this.folder, Deno.execPath(), ...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

interface Run {
  code: number;
  /** The text on stdout. */
  text: string;
  errors: string;
}

async function run(cwd: string, program: string, ...args: string[]): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd, env: { NO_COLOR: "1" } }).output();
  return { code, text: new TextDecoder().decode(stdout), errors: new TextDecoder().decode(stderr) };
}

Deno.test("deno task set-scope renames the package in every tracked file, keeps the format, and works only once", async () => {
  await using copy = await Copy.make();
  const before = await copy.withPlaceholder();
  assertStringIncludes(before.join("\n"), "deno.json");
  await copy.write("untracked.md", PLACEHOLDER);

  const { code, text, errors } = await copy.deno("task", "set-scope", SCOPE);
  assertEquals(code, 0, errors);
  const lines = text.trimEnd().split("\n");
  assertEquals(lines.pop(), `Changed ${before.length} files to "${NAME}", and formatted them with "deno fmt"`);
  assertEquals(lines.toSorted(), before.toSorted());
  assertEquals(await copy.withPlaceholder(), []);
  assertEquals(await Deno.readTextFile(`${copy.folder}/untracked.md`), PLACEHOLDER);

  await copy.write(
    "program.ts",
    [
      `import { FoxgloveServer } from "${NAME}";`,
      `import { FoxgloveClient } from "${NAME}/client";`,
      `export const both: [typeof FoxgloveServer, typeof FoxgloveClient] = [FoxgloveServer, FoxgloveClient];`,
    ].join("\n"),
  );
  // None of these changes anything.
  const [checked, formatted, again, other] = await Promise.all([
    copy.deno("check", ...IMPORT_MAP, "program.ts"),
    copy.deno("fmt", "--check", ...before.filter((path) => /\.(md|ts|json)$/.test(path))),
    copy.deno("task", "set-scope", SCOPE),
    copy.deno("task", "set-scope", "@other"),
  ]);
  assertEquals(checked.code, 0, checked.errors);
  assertEquals(formatted.code, 0, formatted.errors);
  assertEquals([again.code, again.text], [0, `Nothing to change: all files name "${NAME}"\n`]);
  assertEquals([other.code, other.text], [1, ""]);
  assertStringIncludes(other.errors, `Cannot set the scope "@other": the package is already "${NAME}"`);
});

Deno.test("isScope() accepts exactly the scopes that JSR allows", () => {
  const good = ["@ab", "@a1", "@1a", "@robot-tools", "@a-b-c", SCOPE];
  assertEquals(good.filter((scope) => !isScope(scope)), []);
  const bad = [
    "",
    "@",
    "@x",
    "ab",
    "@Ab",
    "@a_b",
    "@a.b",
    "@-ab",
    "@ab-",
    "@a--b",
    "@a b",
    "@ab/c",
    "@äb",
    `${SCOPE}1`,
  ];
  assertEquals(bad.filter(isScope), []);
  assertEquals(isScope("@ab\n"), false);
});

Deno.test("withScope() replaces the package's name, but not longer names that contain it", () => {
  const renamed = (text: string) => withScope(text.replaceAll("NAME", PLACEHOLDER), "@ab");
  for (const text of ['from "NAME";', "NAME", "jsr:NAME/client", "https://jsr.io/NAME | this", "`NAME`, NAME."]) {
    assertEquals(renamed(text), text.replaceAll("NAME", "@ab/foxglove-ws"));
  }
  for (const text of ["NAME-extra", "NAME2", "me@NAME", "a.NAME", "`@x` stands for", "@x/other", "@xy/foxglove-ws"]) {
    assertEquals(renamed(text), text.replaceAll("NAME", PLACEHOLDER));
  }
});
