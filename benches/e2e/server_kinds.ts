// ServerKind: the servers that are compared, and how each is started.

import { explainMissing, NODE_FOLDER, PYTHON } from "../../tools/peers.ts";

/** One of the compared servers. */
export interface ServerKind {
  /** In tables and options. */
  name: string;
  /** What it is, in a few words. */
  title: string;
  program: string;
  /** What precedes the plan, and what follows it. */
  args: readonly [before: readonly string[], after: readonly string[]];
  env: Readonly<Record<string, string>>;
  /** Whether it cannot see its own queue, and has to be told how far its clients are. */
  readsProgress: boolean;
  /** Why it cannot be started here. */
  absent: string | undefined;
}

/** What the load client can take: no server of the comparison. */
export const FLOOD: ServerKind = deno("flood", "frames that were made beforehand, over bare TCP");
export const BARE: ServerKind = deno(
  "bare",
  "a loop over bare `Deno.serve` sockets: the ceiling of the native upgrade",
);
export const OURS: ServerKind = deno("ours", "`FoxgloveServer`");
export const TS: ServerKind = {
  name: "TS",
  title: "npm's `@foxglove/ws-protocol` with `ws`, on Node",
  program: "node",
  args: [[path("peers/ts_server.mjs")], [NODE_FOLDER]],
  env: {},
  readsProgress: false,
  absent: explainMissing("node"),
};
export const PYTHON_PACKAGE: ServerKind = python("Python", "PyPI's `foxglove-websocket`", "python_server.py");
export const RUST: ServerKind = {
  ...python("Rust", "PyPI's `foxglove-sdk`, in Rust", "rust_server.py"),
  readsProgress: true,
};

/** Those that are compared, in the order of the tables. */
export const SERVERS: readonly ServerKind[] = [BARE, OURS, TS, PYTHON_PACKAGE, RUST];

/** The same server under another name and with more environment variables. */
export function withEnv(kind: ServerKind, name: string, env: Record<string, string>): ServerKind {
  return { ...kind, name, env: { ...kind.env, ...env } };
}

/** The command line for a plan. */
export function argsFor({ args: [before, after] }: ServerKind, plan: object): string[] {
  return [...before, JSON.stringify(plan), ...after];
}

function deno(name: string, title: string): ServerKind {
  const flags = ["run", "--no-prompt", "--allow-net=127.0.0.1"];
  const args = [[...flags, path(`servers/${name}.ts`)], []] as const;
  return { name, title, program: Deno.execPath(), args, env: {}, readsProgress: false, absent: undefined };
}

function python(name: string, title: string, file: string): ServerKind {
  // The package uses parts of its own dependency that are deprecated, and says so.
  const args = [["-W", "ignore", path(`peers/${file}`)], []] as const;
  return { name, title, program: PYTHON, args, env: {}, readsProgress: false, absent: explainMissing("python") };
}

function path(file: string): string {
  return `${import.meta.dirname}/../${file}`;
}
