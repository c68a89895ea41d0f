// The tables of docs/coming_from/ have every public name of the old packages, and only names of ours that exist.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveServer } from "../../mod.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { NODE_FOLDER, PYTHON, ROS_FOLDER } from "../../tools/peers.ts";
import { PROJECT } from "../support/project_files.ts";
import { NODE_22 } from "../support/server_runtimes.ts";
import { HOOKS, nodeEnvironment, testWithPeers } from "./old_program.ts";

/** What a page says about names. */
interface NamesOfPage {
  /** The code spans for names of the old package: first cells of tables, and two sections. */
  old: string[];
  /** The code spans for names of this package: the other cells. */
  ours: string[];
}

async function readNames(page: string): Promise<NamesOfPage> {
  const text = (await Deno.readTextFile(new URL(`docs/coming_from/${page}`, PROJECT))).replaceAll(
    /^```[\s\S]*?^```/gm,
    "",
  );
  const rows = [...text.matchAll(/^\| (.*?) \|(.*)\|$/gm)];
  const sections = [...text.matchAll(/^##+ (?:Not offered|Types of messages)\n([\s\S]*?)(?=^##|(?![\s\S]))/gm)];
  return {
    old: [...rows, ...sections].flatMap(([, text = ""]) => spansOf(text)),
    ours: rows.flatMap(([, , rest = ""]) => spansOf(rest)),
  };
}

function spansOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** Whether a code span has this name, which is not a part of a longer one. */
function hasName(spans: readonly string[], name: string): boolean {
  const pattern = new RegExp(`(?<![\\w.])${name.replaceAll(".", "\\.")}(?!\\w)`);
  return spans.some((span) => pattern.test(span));
}

async function assertNames(page: string, names: readonly string[], min: number): Promise<void> {
  const { old } = await readNames(page);
  assertEquals([names.length >= min, names.filter((name) => !hasName(old, name))], [true, []], page);
}

/** Runs a short program that prints a list of names. */
async function printedNames(executable: string, args: string[], env: Record<string, string> = {}): Promise<string[]> {
  const { stdout, stderr } = await new Deno.Command(executable, { args, env: { NO_COLOR: "1", ...env } }).output();
  const text = new TextDecoder().decode(stdout).trim();
  if (text === "") throw new Error(`Cannot list names: ${new TextDecoder().decode(stderr)}`);
  return text.split(/\s+/);
}

testWithPeers("python", "python.md has all public names of foxglove-websocket", async () => {
  const program = `
import inspect, foxglove_websocket
from foxglove_websocket import server, types
def public(thing): return [name for name in dir(thing) if not name.startswith("_")]
print(*["server." + name for name in public(server.FoxgloveServer)])
print(*public(server.FoxgloveServerListener), "FoxgloveServer", "FoxgloveServerListener", "run_cancellable")
print(*list(inspect.signature(server.FoxgloveServer.__init__).parameters)[1:])
print(*[name for name in public(types) if getattr(getattr(types, name), "__module__", "") == types.__name__])`;
  await assertNames("python.md", await printedNames(PYTHON, ["-c", program]), 60);
});

testWithPeers("python", "foxglove_sdk.md has all public names of foxglove and foxglove.websocket", async () => {
  const program = `
import inspect, foxglove
from foxglove import websocket
def public(thing): return [name for name in dir(thing) if not name.startswith("_")]
print(*["server." + name for name in public(websocket.WebSocketServer)])
print(*public(websocket.ServerListener), *websocket.__all__, *foxglove.__all__)
print(*inspect.signature(foxglove.start_server).parameters)`;
  const names = (await printedNames(PYTHON, ["-c", program])).map((name) => name === "log" ? "foxglove.log" : name);
  await assertNames("foxglove_sdk.md", names.map((each) => each === "start_server" ? `foxglove.${each}` : each), 80);
});

testWithPeers("node", "npm.md has all exports, methods and events of @foxglove/ws-protocol", async () => {
  const folder = `${NODE_FOLDER}/node_modules/@foxglove/ws-protocol/dist/esm/src`;
  const types = await Deno.readTextFile(`${folder}/types.d.ts`);
  const exported = [...types.matchAll(/^export (?:declare )?(?:enum|type|interface) (\w+)/gm)].map(([, name]) => name!);
  const members: string[] = [];
  for (const [file, variable] of [["FoxgloveServer", "server"], ["FoxgloveClient", "client"]]) {
    const text = await Deno.readTextFile(`${folder}/${file}.d.ts`);
    const events = text.match(/^type EventTypes = \{([\s\S]*?)^\};/m)?.[1] ?? "";
    members.push(...[...events.matchAll(/^ {4}(\w+): /gm)].map(([, name]) => name!));
    const methods = [...text.matchAll(/^ {4}(?:static )?(\w+)[(<]/gm)].map(([, name]) => name!);
    members.push(...methods.filter((name) => name !== "constructor").map((name) => `${variable}.${name}`));
  }
  await assertNames("npm.md", [...exported, ...members, "FoxgloveServer", "FoxgloveClient"], 100);
});

testWithPeers("ros", "roslibjs.md has all exports of roslib, and the methods of its main classes", async () => {
  const program = `
import * as roslib from "roslib";
console.log(...Object.keys(roslib));
for (const [name, variable] of [["Ros", "ros"], ["Topic", "topic"], ["Service", "service"], ["Param", "param"]]) {
  const names = Object.getOwnPropertyNames(roslib[name].prototype);
  console.log(...names.filter((each) => !["constructor", "handleMessage"].includes(each)).map((each) => variable + "." + each));
}`;
  const path = await Deno.makeTempFile({ suffix: ".mjs" });
  await Deno.writeTextFile(path, program);
  const names = await printedNames(NODE_22.path!, ["--import", HOOKS, path], nodeEnvironment(ROS_FOLDER));
  await Deno.remove(path);
  await assertNames("roslibjs.md", names, 90);
});

Deno.test("the tables name only methods and hooks that our classes have", async () => {
  // The last one has the option onMessage of subscribe().
  const listeners = ["src/server/listener.ts", "src/client/listener.ts", "src/client/subscription.ts"];
  const hooks = new Set(
    listeners.flatMap((path) => [
      ...Deno.readTextFileSync(new URL(path, PROJECT)).matchAll(/^ {2}(on[A-Z]\w+)[?:]/gm),
    ]).map(([, name]) => name),
  );
  const unknown: string[] = [];
  let count = 0;
  for (const page of ["python.md", "npm.md", "foxglove_sdk.md", "roslibjs.md"]) {
    for (const span of (await readNames(page)).ours) {
      const uses = [...span.matchAll(/\b(server|client|FoxgloveClient)\.(\w+)|\b(on[A-Z]\w+)/g)];
      for (const [text, variable, member = "", hook = ""] of uses) {
        const owner = { server: FoxgloveServer.prototype, client: FoxgloveClient.prototype, FoxgloveClient }[variable!];
        if (!(owner ? member in owner : hooks.has(hook))) unknown.push(`${page}: ${text}`);
        count += 1;
      }
    }
  }
  assertEquals([count > 120, unknown], [true, []]);
});

Deno.test("hasName() finds whole names only, with the object that they belong to", () => {
  const spans = ["await server.add_channel(channel)", "on_subscribe"];
  const names = ["server.add_channel", "server.add", "add_channel", "on_subscribe", "subscribe", "channel"];
  assertEquals(names.filter((name) => hasName(spans, name)), ["server.add_channel", "on_subscribe", "channel"]);
});
