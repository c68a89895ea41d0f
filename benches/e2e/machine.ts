// Describes the machine and the versions of a measurement.

import { arch, cpus, release, totalmem, type } from "node:os";
import { NODE_FOLDER, PYTHON } from "../../tools/peers.ts";

/** The date, the machine and the versions, as a Markdown list. */
export async function describeMachine(task = "bench:e2e"): Promise<string> {
  const packages = await Promise.all([
    version("node", "-p", `require("${NODE_FOLDER}/node_modules/@foxglove/ws-protocol/package.json").version`),
    version("node", "-p", `require("${NODE_FOLDER}/node_modules/ws/package.json").version`),
    pythonPackage("foxglove-websocket"),
    pythonPackage("foxglove-sdk"),
  ]);
  const [protocol, ws, websocket, sdk] = packages;
  return [
    ...machineLines(task),
    `- TCP congestion control: ${await version("cat", "/proc/sys/net/ipv4/tcp_congestion_control")}`,
    `- Deno ${Deno.version.deno}; Node ${await version(
      "node",
      "--version",
    )} with \`@foxglove/ws-protocol\` ${protocol} and ` +
    `\`ws\` ${ws}; ${await version(
      PYTHON,
      "--version",
    )} with \`foxglove-websocket\` ${websocket} and \`foxglove-sdk\` ${sdk}`,
  ].join("\n");
}

/** The date and the machine, as items of a Markdown list. `setup`: what follows the machine. */
export function machineLines(
  task: string,
  setup = "; servers and clients on the same machine, over loopback",
): string[] {
  const [cpu] = cpus();
  return [
    `- ${new Date().toISOString().slice(0, 10)}, \`deno task ${task}\``,
    `- ${cpus().length} cores of ${cpu?.model ?? "an unknown model"}, ${Math.round(totalmem() / 1024 ** 3)} GiB, ` +
    `${type()} ${release()} (${arch()})${setup}`,
  ];
}

function pythonPackage(name: string): Promise<string> {
  return version(PYTHON, "-c", `import importlib.metadata as m; print(m.version("${name}"))`);
}

async function version(program: string, ...args: string[]): Promise<string> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim().replace(/^v/, "") : "(absent)";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "(absent)";
    throw error;
  }
}
