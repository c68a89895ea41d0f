// Network: two network namespaces with a link between them that can be made slow, lossy, or cut. Linux, as root.

import { lines } from "./program.ts";

/** The two ends. */
export type End = "server" | "client";

const ADDRESSES: Readonly<Record<End, string>> = { server: "10.213.7.1", client: "10.213.7.2" };
/** What a link can be like, as `tc` says it; the first that the kernel has is taken. */
const BAD_LINK = [
  ["netem", "delay", "40ms", "20ms", "loss", "5%", "rate", "800kbit"],
  // It drops what does not fit, which TCP sees as loss, and delays the rest.
  ["tbf", "rate", "800kbit", "burst", "5kb", "latency", "40ms"],
];

/** A link of its own, gone when it goes out of scope, with every program in it. */
export class Network implements AsyncDisposable {
  readonly #name = `fgws${Deno.pid}`;
  readonly #programs: Deno.ChildProcess[] = [];
  readonly #outputs: AsyncIterableIterator<string>[] = [];

  /** What keeps a network from being made here, if anything does. */
  static whyNot(): string | undefined {
    if (Deno.build.os !== "linux") return "needs Linux";
    try {
      run("tc", "-Version");
      const network = new Network();
      network.#tear();
      return undefined;
    } catch (error) {
      return `needs network namespaces, "ip" and "tc": ${error instanceof Error ? error.message : error}`;
    }
  }

  constructor() {
    try {
      for (const end of ["server", "client"] as const) ip("netns", "add", this.#namespace(end));
      ip(
        "-n",
        this.#namespace("server"),
        "link",
        "add",
        "link0",
        "type",
        "veth",
        "peer",
        "name",
        "link0",
        "netns",
        this.#namespace("client"),
      );
      for (const end of ["server", "client"] as const) {
        ip("-n", this.#namespace(end), "address", "add", `${ADDRESSES[end]}/24`, "dev", "link0");
        ip("-n", this.#namespace(end), "link", "set", "link0", "up");
      }
    } catch (error) {
      this.#tear();
      throw error;
    }
  }

  /** Where the server's end can be reached. */
  get serverAddress(): string {
    return ADDRESSES.server;
  }

  /** Runs a Deno program at one end, and returns its lines of stdout. */
  run(end: End, ...args: string[]): AsyncIterableIterator<string> {
    const child = new Deno.Command("ip", {
      args: ["netns", "exec", this.#namespace(end), Deno.execPath(), "run", "--no-prompt", ...args],
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const output = lines(child.stdout);
    this.#programs.push(child);
    this.#outputs.push(output);
    return output;
  }

  /** Makes the link from the server slow and lossy. Returns how. */
  worsen(): string {
    const failures: unknown[] = [];
    for (const how of BAD_LINK) {
      try {
        run("ip", "netns", "exec", this.#namespace("server"), "tc", "qdisc", "add", "dev", "link0", "root", ...how);
        return how.join(" ");
      } catch (error) {
        failures.push(error);
      }
    }
    throw new AggregateError(failures, "Cannot worsen the link");
  }

  /** Makes it as good as it was. */
  improve(): void {
    run("ip", "netns", "exec", this.#namespace("server"), "tc", "qdisc", "del", "dev", "link0", "root");
  }

  /** Nothing gets through any more, and nobody is told. */
  cut(): void {
    this.#filter("add");
  }

  /** It gets through again. */
  mend(): void {
    this.#filter("del");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#programs) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
    }
    await Promise.all(this.#programs.map(({ status }) => status));
    for (const output of this.#outputs) await Array.fromAsync(output);
    this.#tear();
  }

  #namespace(end: End): string {
    return `${this.#name}-${end}`;
  }

  /** Both addresses lead nowhere: unlike a link that is down, which a program could notice. */
  #filter(verb: "add" | "del"): void {
    for (const [end, other] of [["server", "client"], ["client", "server"]] as const) {
      ip("-n", this.#namespace(end), "route", verb, "blackhole", `${ADDRESSES[other]}/32`);
    }
  }

  #tear(): void {
    for (const end of ["server", "client"] as const) {
      try {
        ip("netns", "del", this.#namespace(end));
      } catch {
        // It was not made.
      }
    }
  }
}

function ip(...args: string[]): void {
  run("ip", ...args);
}

function run(program: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(program, { args, stderr: "piped" }).outputSync();
  if (!success) throw new Error(`"${program} ${args.join(" ")}": ${new TextDecoder().decode(stderr).trim()}`);
}
