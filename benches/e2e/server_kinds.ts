// ServerKind: the compared servers, and how to start them.

import { explainMissing, NODE_FOLDER, PYTHON } from "../../tools/peers.ts";

/** One of the compared servers. */
export interface ServerKind {
  /** The name in tables and options. */
  name: string;
  /** A short description. */
  title: string;
  program: string;
  /** The arguments before and after the plan. */
  args: readonly [before: readonly string[], after: readonly string[]];
  env: Readonly<Record<string, string>>;
  /** Whether the server cannot see its own queue, so that the load client must report its progress. */
  readsProgress: boolean;
  /** The reason why it cannot be started here. */
  absent: string | undefined;
}

/** Shows the maximum of the load client. Not one of the compared servers. */
export const FLOOD: ServerKind = deno("flood", "prepared frames over bare TCP");
export const BARE: ServerKind = deno(
  "bare",
  "a loop over bare `Deno.serve` sockets: the upper limit of the native upgrade",
);
export const OURS: ServerKind = { ...deno("ours", "`FoxgloveServer`"), name: "native" };
/** The same server with its own implementation of WebSocket. */
export const DIRECT: ServerKind = {
  ...OURS,
  name: "direct",
  title: '`FoxgloveServer` with `transport: "direct"`',
  args: [OURS.args[0], ["direct"]],
};
/** A relay of another server. Not one of the compared servers. */
export const RELAY: ServerKind = deno("relay", "`relay()` of another server");
/** The lower limit of what a relay can cost. Not one of the compared servers. */
export const PIPE: ServerKind = deno("pipe", "passes everything on, one connection to the server for each client");
/** A robot on NATS, and an edge. npm's client reads files and variables. Not among the compared servers. */
export const NATS_ROBOT: ServerKind = withAllRights(deno("nats_robot", "`publishToNats()`"));
export const NATS_EDGE: ServerKind = withAllRights(deno("nats_edge", "`serveFromNats()`"));
/** For the benchmark of schemas. Not one of the compared servers. */
export const SCHEMAS: ServerKind = deno("schemas", "`FoxgloveServer` with many channels");
/** For the benchmark of values: the same server, which makes the JSON text in different ways. */
export const JSON_SERVERS: readonly [ServerKind, ...ServerKind[]] = [
  json("raw", "`sendMessage(JSON.stringify())`"),
  json("handle", "`channel().send()`"),
  json("publish", "`publish()`"),
];
export const TS: ServerKind = {
  name: "TS",
  title: "npm's `@foxglove/ws-protocol` with `ws`, on Node",
  program: "node",
  args: [[path("servers/npm.mjs")], [NODE_FOLDER]],
  env: {},
  readsProgress: false,
  absent: explainMissing("node"),
};
export const PYTHON_PACKAGE: ServerKind = python("Python", "PyPI's `foxglove-websocket`", "python.py");
export const RUST: ServerKind = {
  ...python("Rust", "PyPI's `foxglove-sdk`, in Rust", "rust.py"),
  readsProgress: true,
};

/** The compared servers, in the order of the tables. */
export const SERVERS: readonly ServerKind[] = [BARE, OURS, DIRECT, TS, PYTHON_PACKAGE, RUST];

/** Those of them that run JavaScript. */
export function inJavaScript(kinds: readonly ServerKind[]): ServerKind[] {
  return kinds.filter((kind) => [BARE, OURS, DIRECT, TS].includes(kind));
}

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

function withAllRights({ args: [before, after], ...kind }: ServerKind): ServerKind {
  return { ...kind, args: [[...before.slice(0, -2), "--allow-all", before.at(-1)!], after] };
}

function json(how: string, title: string): ServerKind {
  const { args: [before], ...kind } = deno("json", title);
  return { ...kind, name: how, args: [before, [how]] };
}

function python(name: string, title: string, file: string): ServerKind {
  // Hides warnings, because the package uses deprecated parts of its dependency.
  const args = [["-W", "ignore", path(`servers/${file}`)], []] as const;
  return { name, title, program: PYTHON, args, env: {}, readsProgress: false, absent: explainMissing("python") };
}

function path(file: string): string {
  return `${import.meta.dirname}/../${file}`;
}
