// Runs `deno publish --dry-run`. Works without access to JSR.
//
// The argument is the output of `std_source.ts`: `--import-map=<file>` if JSR cannot be reached, otherwise nothing.
// `deno publish` ignores that flag. So this tool copies the package, writes the map's imports into the deno.json of the
// copy, and runs `deno publish --dry-run` there. This finds slow types, missing exports and files that JSR rejects.

import { dirname } from "node:path";

interface Config {
  imports: Record<string, string>;
  publish: { include: string[] };
}

const importMap = Deno.args[0]?.replace("--import-map=", "");
if (importMap === undefined) {
  Deno.exit(await dryRun("."));
}

const copy = await Deno.makeTempDir();
try {
  await copyPackage(copy, importMap);
  Deno.exitCode = await dryRun(copy);
} finally {
  await Deno.remove(copy, { recursive: true });
}

async function copyPackage(target: string, importMap: string): Promise<void> {
  const config: Config = JSON.parse(await Deno.readTextFile("deno.json"));
  for (const path of config.publish.include) {
    await Deno.mkdir(dirname(`${target}/${path}`), { recursive: true });
    await copyTree(path, `${target}/${path}`);
  }
  const { imports }: Pick<Config, "imports"> = JSON.parse(await Deno.readTextFile(importMap));
  await Deno.writeTextFile(`${target}/deno.json`, JSON.stringify({ ...config, imports }, undefined, 2));
}

async function copyTree(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) {
    return await Deno.copyFile(from, to);
  }
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    await copyTree(`${from}/${entry.name}`, `${to}/${entry.name}`);
  }
}

async function dryRun(cwd: string): Promise<number> {
  // This check runs before a commit. Only the real `deno publish` must reject uncommitted changes.
  const args = ["publish", "--dry-run", "--allow-dirty"];
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd }).spawn().status;
  return code;
}
