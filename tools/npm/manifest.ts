// createManifest(): the package.json of the npm package, from deno.json.

import { NPM_OLDEST_NODE } from "../peers.ts";
import { outputPath } from "./modules.ts";

/** The part of `deno.json` that is used. */
export interface DenoConfig {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** The package.json of the package. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly license: string;
  readonly repository?: { readonly type: "git"; readonly url: string };
  readonly type: "module";
  readonly engines: { readonly node: string };
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  /** The modules that do something when they are imported. Bundlers may drop all others. */
  readonly sideEffects: readonly string[];
}

/** The sub-path of the command line. */
const CLI = "./cli";
/** The sub-paths that need Deno. The command `demo` replaces the example. */
const DENO_ONLY = ["./example", "./workers"];

/** Returns the sources of all sub-paths of the npm package, by their names. */
export function entriesOf({ exports }: DenoConfig): Map<string, string> {
  const paths = Object.entries(exports).filter(([name]) => !DENO_ONLY.includes(name));
  return new Map(paths.map(([name, path]) => [name, path.replace(/^\.\//, "")]));
}

/** Creates the package.json. `repository`: the URL of the repository, which npm compares with the provenance. */
export function createManifest(config: DenoConfig, repository?: string): Manifest {
  const entries = entriesOf(config);
  const cli = entries.get(CLI);
  if (cli === undefined) throw new Error(`Cannot build the npm package: deno.json has no export "${CLI}"`);
  const main = outputPath(cli, "js");
  const subpaths = [...entries].map(([name, path]) =>
    [name, { types: `./${outputPath(path, "d.ts")}`, default: `./${outputPath(path, "js")}` }] as const
  );
  return {
    name: config.name,
    version: config.version,
    description: "Server, client, schemas and command line for the Foxglove WebSocket protocol",
    keywords: ["foxglove", "lichtblick", "robotics", "websocket", "visualization", "telemetry", "ros", "iot"],
    license: config.license,
    ...(repository !== undefined && { repository: { type: "git", url: `git+${repository}.git` } }),
    type: "module",
    engines: { node: `>=${NPM_OLDEST_NODE.node}` },
    exports: { ...Object.fromEntries(subpaths), "./package.json": "./package.json" },
    bin: { [programName(config.name)]: main },
    sideEffects: [`./${main}`],
  };
}

/** Returns the name of the package without its scope. */
function programName(name: string): string {
  return name.replace(/^@[^/]+\//, "");
}
