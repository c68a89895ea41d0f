// Network: two network namespaces with a link that tests can make slow and lossy, or block. Requires Linux and root.

import { lines } from "./program.ts";

/** The two ends of the link. */
export type End = "server" | "client";

const ADDRESSES: Readonly<Record<End, string>> = { server: "10.213.7.1", client: "10.213.7.2" };
/** Arguments of `tc` for a bad link. The first variant that the kernel supports is used. */
const BAD_LINK = [
  ["netem", "delay", "40ms", "20ms", "loss", "5%", "rate", "800kbit"],
  // Drops packets above the rate, which TCP treats as loss, and delays the others.
  ["tbf", "rate", "800kbit", "burst", "5kb", "latency", "40ms"],
];

/** A separate network. Disposal removes it and kills every program in it. */
export class Network implements AsyncDisposable {
  readonly #name = `fgws${Deno.pid}`;
  readonly #programs: Deno.ChildProcess[] = [];
  readonly #outputs: AsyncIterableIterator<string>[] = [];

  /** Returns why this machine cannot create a network, or `undefined` if it can. */
  static missingRequirement(): string | undefined {
    if (Deno.build.os !== "linux") return "needs Linux";
    try {
      run("tc", "-Version");
      const network = new Network();
      network.#remove();
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
        this.#limitBuffers(end);
      }
    } catch (error) {
      this.#remove();
      throw error;
    }
  }

  /** The address of the server's end. */
  get serverAddress(): string {
    return ADDRESSES.server;
  }

  /** Runs a Deno program at one end, and returns the lines of its stdout. */
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

  /** Makes the link from the server slow and lossy. Returns the arguments of `tc`. */
  degrade(): string {
    const failures: unknown[] = [];
    for (const args of BAD_LINK) {
      try {
        run("ip", "netns", "exec", this.#namespace("server"), "tc", "qdisc", "add", "dev", "link0", "root", ...args);
        return args.join(" ");
      } catch (error) {
        failures.push(error);
      }
    }
    throw new AggregateError(failures, "Cannot degrade the link");
  }

  /** Undoes `degrade()`. */
  restore(): void {
    run("ip", "netns", "exec", this.#namespace("server"), "tc", "qdisc", "del", "dev", "link0", "root");
  }

  /** Drops all packets silently, in both directions. */
  block(): void {
    this.#filter("add");
  }

  /** Undoes `block()`. */
  unblock(): void {
    this.#filter("del");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#programs) {
      try {
        child.kill("SIGKILL");
      } catch {
        // The program has already exited.
      }
    }
    await Promise.all(this.#programs.map(({ status }) => status));
    for (const output of this.#outputs) await Array.fromAsync(output);
    this.#remove();
  }

  #namespace(end: End): string {
    return `${this.#name}-${end}`;
  }

  /** Keeps the kernel from buffering seconds of data before a program notices a slow link. */
  #limitBuffers(end: End): void {
    for (const buffer of ["tcp_wmem", "tcp_rmem"]) {
      const command = `echo 4096 32768 65536 > /proc/sys/net/ipv4/${buffer}`;
      try {
        run("ip", "netns", "exec", this.#namespace(end), "sh", "-c", command);
      } catch {
        // Containers may mount /proc/sys read-only. The programs then notice a slow link later.
      }
    }
  }

  /** Both addresses lead nowhere: unlike a link that is down, which a program could notice. */
  #filter(verb: "add" | "del"): void {
    for (const [end, other] of [["server", "client"], ["client", "server"]] as const) {
      ip("-n", this.#namespace(end), "route", verb, "blackhole", `${ADDRESSES[other]}/32`);
    }
  }

  #remove(): void {
    for (const end of ["server", "client"] as const) {
      try {
        ip("netns", "del", this.#namespace(end));
      } catch {
        // The namespace does not exist.
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
