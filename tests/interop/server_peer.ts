// ServerPeer: a server of the matrix, in a process of its own, and how it is steered.
//
// A program prints lines of JSON: `{"port":…}` as soon as it listens; `{"done":true}` or `{"cannot":…}` after each command, which
// it reads from stdin, a line each; `{"saw":…}` when its hooks are called. It ends when stdin does.

import { NODE_FOLDER, PYTHON, whatIsMissing } from "../../tools/peers.ts";
import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { StatusLevel } from "../../src/protocol/status.ts";
import { Inbox } from "./inbox.ts";
import { LineProcess } from "./line_process.ts";
import { NotSupportedError } from "./not_supported_error.ts";
import { SCENE, type Scene, type WireChannel } from "./scene.ts";

/** What a server is told to do. Numbers of 64 bits are text, bytes are base64. */
export type Command =
  | { do: "addChannel"; channel: WireChannel }
  | { do: "removeChannel"; topic: string }
  | { do: "send"; topic: string; timestamp: string; payload: string }
  | { do: "updateParameters"; parameters: readonly Parameter[] }
  /** Keep and push numbers that JSON lacks or changes; see `numbers_test.ts`. */
  | { do: "oddNumbers" }
  | { do: "graph"; graph: ConnectionGraph }
  | { do: "time"; timestamp: string }
  | { do: "status"; level: StatusLevel; message: string; id: string }
  | { do: "removeStatus"; id: string }
  | { do: "resetSession"; sessionId: string }
  /** That it has ended, unasked. */
  | { do: "playbackState"; currentTime: string };

/** One of the servers. */
export interface ServerKind {
  /** Such as "npm's server". */
  name: string;
  /** What it is, for the page. */
  title: string;
  program: string;
  /** What precedes the scene, and what follows it. */
  args: readonly [before: readonly string[], after: readonly string[]];
  /** What has to be installed for it, if anything. */
  needs: "node" | "python" | undefined;
}

/** This package's. */
export const OUR_SERVER: ServerKind = {
  name: "our server",
  title: "`FoxgloveServer`",
  program: Deno.execPath(),
  args: [["run", "--no-prompt", "--allow-net=127.0.0.1", path("our_server.ts")], []],
  needs: undefined,
};
export const NPM_SERVER: ServerKind = {
  name: "npm's server",
  title: "npm's `@foxglove/ws-protocol`, over `ws`, on Node",
  program: "node",
  args: [[path("npm_server.mjs")], [NODE_FOLDER]],
  needs: "node",
};
export const PYTHON_SERVER: ServerKind = {
  name: "Python's server",
  title: "PyPI's `foxglove-websocket`",
  program: PYTHON,
  // The package uses parts of its own dependency that are deprecated, and says so.
  args: [["-W", "ignore", path("python_server.py")], []],
  needs: "python",
};
export const RUST_SERVER: ServerKind = {
  name: "the SDK's server",
  title: "PyPI's `foxglove-sdk`, in Rust",
  program: PYTHON,
  args: [[path("rust_server.py")], []],
  needs: "python",
};

/** Why a program of the matrix cannot be started here, if so. */
export function missing(needs: ServerKind["needs"]): string | undefined {
  return needs && whatIsMissing(needs);
}

/** A running server; when it goes out of scope it is killed. */
export class ServerPeer implements AsyncDisposable {
  readonly #kind: ServerKind;
  #process: LineProcess;
  #inbox: Inbox;
  #port: number;

  /** Starts it on a free port, and waits until it listens. */
  static async start(kind: ServerKind): Promise<ServerPeer> {
    const { process, inbox, port } = await launch(kind, { ...SCENE, port: 0 });
    return new ServerPeer(kind, process, inbox, port);
  }

  private constructor(kind: ServerKind, process: LineProcess, inbox: Inbox, port: number) {
    this.#kind = kind;
    this.#process = process;
    this.#inbox = inbox;
    this.#port = port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /**
   * Has it do something, and waits until it has.
   *
   * @throws {NotSupportedError} When its package cannot do that.
   */
  async do(command: Command): Promise<void> {
    await this.#process.say(command);
    const { cannot } = await this.#inbox.next("done");
    if (cannot) throw new NotSupportedError(command.do);
  }

  /** Waits until a hook was called, and returns with what. */
  saw(what: "subscribe" | "advertise" | "unadvertise" | "message" | "playback"): Promise<Record<string, unknown>> {
    return this.#inbox.next(what);
  }

  /** Kills the process. */
  async kill(): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  /** Starts it once more on the same port, as another run. */
  async restart(sessionId: string): Promise<void> {
    const { process, inbox } = await launch(this.#kind, { ...SCENE, sessionId, port: this.#port });
    this.#process = process;
    this.#inbox = inbox;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

async function launch(
  { program, args: [before, after] }: ServerKind,
  scene: Scene,
): Promise<{ process: LineProcess; inbox: Inbox; port: number }> {
  const inbox = new Inbox();
  const process = new LineProcess(program, [...before, JSON.stringify(scene), ...after], (line) => {
    const { port, saw } = line;
    if (typeof saw === "string") inbox.push(saw, line);
    else inbox.push(port === undefined ? "done" : "port", line);
  });
  try {
    const { port } = await inbox.next("port");
    return { process, inbox, port };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

function path(file: string): string {
  return `${import.meta.dirname}/peers/${file}`;
}
