// demo: serves the demo robot.

import { type Command, defineCommand, type Invocation } from "../command.ts";
import { Failure, usageError } from "../failure.ts";
import { textOf } from "../../error_text.ts";
import { ownAddresses } from "../own_addresses.ts";

const DEFAULT_PORT = 8765;
/** The addresses that stand for all networks of the machine. */
const ALL = ["0.0.0.0", "::", "[::]"];

/** Serves the demo robot. */
export const demo: Command = defineCommand({
  name: "demo",
  summary: "serve a simulated robot, to try apps and the other commands",
  about: "The robot has transforms, a lidar, a camera, GPS, a battery, parameters and services, and can be steered. " +
    "--allow-sys is needed only to print the addresses of the machine.",
  options: {
    host: { type: "text", value: "ADDRESS", help: "the address to listen on (default: 127.0.0.1)" },
    port: {
      type: "number",
      short: "p",
      help: `the port to listen on; 0 selects a free one (default: ${DEFAULT_PORT})`,
    },
  },
  hasServer: false,
  examples: [
    ["demo", "serves the robot on ws://localhost:8765"],
    ["demo --host 0.0.0.0 --port 9000", "lets other machines connect"],
  ],
  permissions: ["--allow-net=HOST", "--allow-sys=networkInterfaces"],
  isEndless: () => true,
  async run({ options, isJson, output, signal }) {
    const { host = "127.0.0.1", port = DEFAULT_PORT } = options;
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw usageError(`--port: ${port} is not a port`);
    // Other commands do not load the server.
    const { FoxgloveServer } = await import("../../../mod.ts");
    const { createRobot } = await import("../../../examples/robot/robot.ts");
    const note = (message: string) => output.note(message);
    await using server = new FoxgloveServer({ name: "demo robot", hostname: host, port });
    const drive = createRobot(server, { debug: () => {}, info: note, warn: note, error: note });
    try {
      await server.start({ signal });
    } catch (error) {
      signal.throwIfAborted();
      throw new Failure(`${textOf(error).split("\n")[0]}; use --host or --port to choose another address`);
    }
    const announcement = {
      url: server.url ?? "",
      port: server.addr?.port ?? port,
      addresses: ALL.includes(host) ? ownAddresses().map((own) => `ws://${own}:${server.addr?.port}`) : [],
      foxglove: server.appUrl({ app: "foxglove" }),
    };
    if (isJson) output.json(announcement);
    else announce(announcement, ALL.includes(host), output);
    await drive(signal);
  },
});

/** Where a server listens. */
interface Announcement {
  readonly url: string;
  readonly port: number;
  /** The URLs for other machines. */
  readonly addresses: readonly string[];
  /** The link that opens Foxglove. */
  readonly foxglove: string;
}

/** `isOpen`: whether other machines can connect. */
function announce(
  { url, port, addresses, foxglove }: Announcement,
  isOpen: boolean,
  output: Invocation["output"],
): void {
  output.line(`Listening on ${output.style("bold", url)}`);
  for (const address of addresses) output.line(`On network:  ${address}`);
  if (isOpen && addresses.length === 0) output.line(`On network:  port ${port} of this machine's addresses`);
  output.line(`Foxglove:    ${foxglove}`);
  output.line(`Lichtblick:  Open connection > Foxglove WebSocket > ${url}`);
  output.line("Press Ctrl-C to stop.");
}
