// Builds the npm package, and prints its sizes: `deno task npm`. The task may write only to .npm, so another folder
// needs `deno run -A tools/npm/main.ts [--out FOLDER]`.

import { buildPackage } from "./build.ts";
import { listFiles } from "./files.ts";

/** The folder by default. Git ignores it. */
const FOLDER = ".npm";
/** Where GitHub's actions run for a repository. */
const GITHUB = "https://github.com";

if (import.meta.main) {
  const [flag, folder = FOLDER, ...rest] = Deno.args;
  if (rest.length > 0 || (flag !== undefined && flag !== "--out")) {
    console.error("Usage: deno run -A tools/npm/main.ts [--out FOLDER]");
    Deno.exit(2);
  }
  // npm requires the repository for the provenance.
  const repository = Deno.env.get("GITHUB_REPOSITORY");
  await buildPackage({ folder, repository: repository && `${GITHUB}/${repository}` });
  console.log(`Built the npm package in ${folder}`);
  console.log(await sizesOf(folder));
}

/** Returns a line with the sizes that npm reports. */
async function sizesOf(folder: string): Promise<string> {
  const files = listFiles(folder);
  const unpacked = files.reduce((sum, path) => sum + Deno.statSync(`${folder}/${path}`).size, 0);
  const packed = await packedSize(folder);
  return `${files.length} files, ${packed === undefined ? "" : `${kilobytes(packed)} packed, `}${
    kilobytes(unpacked)
  } unpacked`;
}

/** Returns `undefined` if npm is missing. */
async function packedSize(cwd: string): Promise<number | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("npm", { args: ["pack", "--dry-run", "--json"], cwd }).output();
    if (!success) return undefined;
    const [info]: { size: number }[] = Object.values(JSON.parse(new TextDecoder().decode(stdout)));
    return info?.size;
  } catch {
    return undefined;
  }
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
