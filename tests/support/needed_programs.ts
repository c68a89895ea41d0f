// Optional programs: tests that need a missing one are skipped.

/** A program that may be missing. */
export interface NeededProgram {
  path: string | undefined;
  /** The reason for a skipped test, and how to install the program. */
  missing: string;
}

export const NODE: NeededProgram = {
  path: findProgram("node", "node.exe"),
  missing: "no node on the PATH; install it from nodejs.org",
};

export const CHROMIUM: NeededProgram = {
  path: findProgram("chromium", "chromium-browser", "google-chrome", "chrome.exe"),
  missing: "no chromium, chromium-browser or google-chrome on the PATH; apt-get install chromium",
};

export const NGINX: NeededProgram = {
  path: findProgram("nginx"),
  missing: "no nginx on the PATH; apt-get install nginx",
};

export const FFMPEG: NeededProgram = {
  path: findProgram("ffmpeg", "ffmpeg.exe"),
  missing: "no ffmpeg on the PATH; apt-get install ffmpeg",
};

export const PROMETHEUS: NeededProgram = {
  path: findProgram("prometheus", "prometheus.exe"),
  missing: "no prometheus on the PATH; apt-get install prometheus",
};

/** Comes with Prometheus. */
export const PROMTOOL: NeededProgram = {
  path: findProgram("promtool", "promtool.exe"),
  missing: "no promtool on the PATH; apt-get install prometheus",
};

/** Returns the first missing one of several programs, or the last program if all exist. */
export function firstMissing(...programs: [NeededProgram, ...NeededProgram[]]): NeededProgram {
  return programs.find(({ path }) => path === undefined) ?? programs.at(-1)!;
}

/**
 * Adds a test that is skipped if something is missing. Its name then has the reason. In CI it fails instead.
 *
 * `missing`: the reason, or `undefined` if nothing is missing.
 */
export function testUnless(
  missing: string | undefined,
  name: string,
  run: (t: Deno.TestContext) => Promise<void>,
): void {
  const isSkipped = missing !== undefined && Deno.env.get("CI") !== "true";
  Deno.test(isSkipped ? `${name} (skipped: ${missing})` : name, { ignore: isSkipped }, async (t) => {
    if (missing !== undefined) throw new Error(`Cannot run the test: ${missing}`);
    await run(t);
  });
}

/** Adds a test that needs a program, with {@linkcode testUnless}. */
export function testWith(
  { path, missing }: NeededProgram,
  name: string,
  run: (t: Deno.TestContext, path: string) => Promise<void>,
): void {
  testUnless(path === undefined ? missing : undefined, name, (t) => run(t, path!));
}

/** Returns the path of the first of these programs that is on the PATH. */
export function findProgram(...names: string[]): string | undefined {
  const path = Deno.env.get("PATH") ?? "";
  // Without Node, Deno adds a folder to the PATH in which "node" is Deno.
  const folders = path.split(Deno.build.os === "windows" ? ";" : ":").filter((each) =>
    !each.endsWith("node_compat_bin")
  );
  return names.flatMap((name) => folders.map((folder) => `${folder}/${name}`)).find(isFile);
}

/** Whether the path is a file. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
