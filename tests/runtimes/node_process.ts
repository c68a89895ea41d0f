// NodeProcess: a process of Node or Bun that runs cases of the conformance suite. runBundled(): runs a module there.

import { assertEquals } from "@std/assert/equals";
import { IMPORT_MAP } from "../support/import_map.ts";
import { lines } from "../support/program.ts";

/** A running process of Node or Bun. It is killed when it goes out of scope. */
export class NodeProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #outputLines: AsyncIterator<string>;
  readonly #stderr: Promise<string>;

  /** Runs the program `node` with `args`: flags, a bundle that runs cases, and its arguments. */
  constructor(node: string, ...args: string[]) {
    const command = new Deno.Command(node, { args, stdin: "piped", stdout: "piped", stderr: "piped" });
    this.#child = command.spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#outputLines = lines(this.#child.stdout);
    this.#stderr = this.#child.stderr.text();
  }

  /** Runs a case. Returns its error, or `""`. */
  async run(name: string): Promise<string> {
    await this.#input.write(new TextEncoder().encode(`${name}\n`));
    const { done, value } = await this.#outputLines.next();
    if (done) throw new Error(`Cannot run a case: Node has ended with "${await this.#stderr}"`);
    return JSON.parse(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill();
    } catch {
      // The process has already ended.
    }
    await this.#input.abort();
    await Promise.all([this.#child.status, this.#outputLines.return?.(), this.#stderr]);
  }
}

/** Bundles a module and its imports into one file without types, because Node 20 cannot read them. */
export async function bundleForNode(file: string, module: URL): Promise<void> {
  const main = module.href;
  const args = ["bundle", "--quiet", ...IMPORT_MAP, "--platform", "deno", "--output", file, main];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
  if (code !== 0) throw new Error(`Cannot bundle ${main}: ${new TextDecoder().decode(stderr)}`);
}

/**
 * Bundles a module and runs it in Node or Bun until it ends. Returns the JSON that it prints on stdout; stderr must
 * stay empty. `runtime`: the path of the program. The module runs in a folder of its own, which is removed afterwards.
 */
export async function runBundled(runtime: string, module: URL, args: readonly string[] = []): Promise<unknown> {
  const folder = await Deno.makeTempDir();
  try {
    const bundle = `${folder}/main.mjs`;
    await bundleForNode(bundle, module);
    const { stdout, stderr } = await new Deno.Command(runtime, { args: [bundle, ...args], cwd: folder }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
