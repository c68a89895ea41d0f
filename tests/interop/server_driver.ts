// ServerDriver: the object by which a scenario drives a server of any implementation, which runs in its own process.
//
// The program reads commands from stdin, and prints lines of JSON: `{"port":…}` when it listens, `{"done":true}` or
// `{"unsupported":…}` after each command, and `{"event":…}` when one of its hooks is called. It exits when stdin
// closes.

import { explainMissing, NODE_FOLDER, PYTHON } from "../../tools/peers.ts";
import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { StatusLevel } from "../../src/protocol/status.ts";
import { freePort } from "../support/free_port.ts";
import { TRANSPORT_NAME, USES_WORKERS } from "../support/transport.ts";
import { Inbox } from "./inbox.ts";
import { LineProcess } from "./line_process.ts";
import { NotSupportedError } from "./not_supported_error.ts";
import { FIXTURE, type Fixture, type WireChannel } from "./fixture.ts";

/** A command to a server program. 64-bit numbers are decimal text, bytes are base64. */
export type Command =
  | { type: "addChannel"; channel: WireChannel }
  | { type: "removeChannel"; topic: string }
  | { type: "sendMessage"; topic: string; timestamp: string; payload: string }
  | { type: "updateParameters"; parameters: readonly Parameter[] }
  /** Stores and sends numbers that JSON does not support or changes; see `numbers_test.ts`. */
  | { type: "updateSpecialNumbers" }
  | { type: "updateConnectionGraph"; graph: ConnectionGraph }
  | { type: "broadcastTime"; timestamp: string }
  | { type: "sendStatus"; level: StatusLevel; message: string; id: string }
  | { type: "removeStatus"; id: string }
  | { type: "resetSessionId"; sessionId: string }
  /** Broadcasts the state "ended", without a request. */
  | { type: "broadcastPlaybackState"; currentTime: string };

/** A server implementation. */
export interface ServerImplementation {
  /** Such as "npm's server". */
  name: string;
  /** The package, for the page. */
  title: string;
  program: string;
  /** The arguments before and after the fixture. */
  args: readonly [before: readonly string[], after: readonly string[]];
  /** What must be installed, if anything. */
  needs: "node" | "python" | undefined;
}

/** Workers read their module. */
const READ = USES_WORKERS ? ["--allow-read"] : [];

/** The server of this package, with the transport of the tests. */
export const OUR_SERVER: ServerImplementation = {
  name: "our server",
  title: "`FoxgloveServer`",
  program: Deno.execPath(),
  args: [["run", "--no-prompt", "--allow-net=127.0.0.1", ...READ, path("our_server.ts")], [TRANSPORT_NAME]],
  needs: undefined,
};
export const NPM_SERVER: ServerImplementation = {
  name: "npm's server",
  title: "npm's `@foxglove/ws-protocol`, over `ws`, on Node",
  program: "node",
  args: [[path("npm_server.mjs")], [NODE_FOLDER]],
  needs: "node",
};
export const PYTHON_SERVER: ServerImplementation = {
  name: "Python's server",
  title: "PyPI's `foxglove-websocket`",
  program: PYTHON,
  // Hides warnings: the package uses deprecated parts of its own dependency.
  args: [["-W", "ignore", path("python_server.py")], []],
  needs: "python",
};
export const RUST_SERVER: ServerImplementation = {
  name: "the SDK's server",
  title: "PyPI's `foxglove-sdk`, in Rust",
  program: PYTHON,
  args: [[path("rust_server.py")], []],
  needs: "python",
};

/** Returns why a program of the matrix cannot start, or `undefined` if it can. */
export function missingProgram(needs: ServerImplementation["needs"]): string | undefined {
  return needs && explainMissing(needs);
}

/** A running server. Disposal kills its process. */
export class ServerDriver implements AsyncDisposable {
  readonly #implementation: ServerImplementation;
  #process: LineProcess;
  #inbox: Inbox;
  #port: number;

  /** Starts the server on a port that stays free while it restarts, and waits until it listens. */
  static async start(implementation: ServerImplementation): Promise<ServerDriver> {
    const { process, inbox, port } = await launch(implementation, { ...FIXTURE, port: freePort() });
    return new ServerDriver(implementation, process, inbox, port);
  }

  private constructor(implementation: ServerImplementation, process: LineProcess, inbox: Inbox, port: number) {
    this.#implementation = implementation;
    this.#process = process;
    this.#inbox = inbox;
    this.#port = port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /**
   * Sends a command, and waits until the server has executed it.
   *
   * @throws {NotSupportedError} If the package does not support the command.
   */
  async execute(command: Command): Promise<void> {
    await this.#process.writeLine(command);
    const { unsupported } = await this.#inbox.next("done");
    if (unsupported) throw new NotSupportedError(command.type);
  }

  /** Waits for the next call of a hook, and returns its arguments. */
  nextEvent(
    name: "subscribe" | "advertise" | "unadvertise" | "message" | "playback",
  ): Promise<Record<string, unknown>> {
    return this.#inbox.next(name);
  }

  /** Kills the process. The driver can restart it. */
  async kill(): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  /** Starts the server again on the same port, with another session id. */
  async restart(sessionId: string): Promise<void> {
    const { process, inbox } = await launch(this.#implementation, { ...FIXTURE, sessionId, port: this.#port });
    this.#process = process;
    this.#inbox = inbox;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

async function launch(
  { program, args: [before, after] }: ServerImplementation,
  fixture: Fixture,
): Promise<{ process: LineProcess; inbox: Inbox; port: number }> {
  const inbox = new Inbox();
  const process = new LineProcess(program, [...before, JSON.stringify(fixture), ...after], (line) => {
    const { port, event } = line;
    if (typeof event === "string") inbox.push(event, line);
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
