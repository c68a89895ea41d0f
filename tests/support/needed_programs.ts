// Programs that tests need and that a machine need not have.

/** A program, found or not. */
export interface NeededProgram {
  path: string | undefined;
  /** What is missing, and how to get it. */
  missing: string;
}

export const NODE: NeededProgram = {
  path: find("node", "node.exe"),
  missing: "no node on the PATH; it is at nodejs.org",
};

export const CHROMIUM: NeededProgram = {
  path: find("chromium", "chromium-browser", "google-chrome", "chrome.exe"),
  missing: "no chromium, chromium-browser or google-chrome on the PATH; apt-get install chromium",
};

export const NGINX: NeededProgram = {
  path: find("nginx"),
  missing: "no nginx on the PATH; apt-get install nginx",
};

/** A test that is left out where a program is missing, and says so; except in CI, where everything has to run. */
export function testWith(
  { path, missing }: NeededProgram,
  name: string,
  run: (t: Deno.TestContext, path: string) => Promise<void>,
): void {
  const isLeftOut = path === undefined && Deno.env.get("CI") !== "true";
  Deno.test(isLeftOut ? `${name} (left out: ${missing})` : name, { ignore: isLeftOut }, async (t) => {
    if (path === undefined) throw new Error(`Cannot run the test: ${missing}`);
    await run(t, path);
  });
}

function find(...names: string[]): string | undefined {
  const path = Deno.env.get("PATH") ?? "";
  // Where there is no Node, Deno puts a folder there with a "node" that is Deno.
  const folders = path.split(Deno.build.os === "windows" ? ";" : ":").filter((each) =>
    !each.endsWith("node_compat_bin")
  );
  return names.flatMap((name) => folders.map((folder) => `${folder}/${name}`)).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
