// The demo runs without a network, because this test process has already cached its modules.

import { assertEquals } from "@std/assert/equals";
import { lines } from "../support/program.ts";
import { Network } from "../support/network.ts";

const missing = Network.missingRequirement();
const NAMESPACE = `fgws${Deno.pid}-offline`;

Deno.test({
  name: `deno task demo runs without a network${missing ? ` (${missing})` : ""}`,
  ignore: missing !== undefined,
  async fn() {
    await run("ip", "netns", "add", NAMESPACE);
    try {
      await run("ip", "-n", NAMESPACE, "link", "set", "lo", "up");
      const demo = new Deno.Command("ip", {
        args: ["netns", "exec", NAMESPACE, Deno.execPath(), "task", "demo", "--port", "0"],
        env: { NO_COLOR: "1" },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const stderr = demo.stderr.text();
      const stdout = lines(demo.stdout);
      const { value = await stderr } = await stdout.next();
      demo.kill("SIGTERM");
      await Promise.all([demo.status, Array.fromAsync(stdout), stderr]);
      assertEquals(/^Listening on ws:\/\/127\.0\.0\.1:\d+$/.test(value), true, value);
    } finally {
      await run("ip", "netns", "del", NAMESPACE);
    }
  },
});

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, stdout: "null", stderr: "piped" }).output();
  if (!success) throw new Error(`"${program} ${args.join(" ")}": ${new TextDecoder().decode(stderr)}`);
}
