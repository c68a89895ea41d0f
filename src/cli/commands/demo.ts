// demo: serves the demo robot.

import { LISTEN_OPTIONS, LISTEN_PERMISSIONS, listenAddress, startAndAnnounce } from "../announcement.ts";
import { type Command, defineCommand } from "../command.ts";

/** Serves the demo robot. */
export const demo: Command = defineCommand({
  name: "demo",
  summary: "serve a simulated robot, to try apps and the other commands",
  about: "The robot has transforms, a lidar, a camera, GPS, a battery, parameters and services, and can be steered. " +
    "--allow-sys is needed only to print the addresses of the machine.",
  options: LISTEN_OPTIONS,
  hasServer: false,
  examples: [
    ["demo", "serves the robot on ws://localhost:8765"],
    ["demo --host 0.0.0.0 --port 9000", "lets other machines connect"],
  ],
  permissions: LISTEN_PERMISSIONS,
  isEndless: () => true,
  async run(invocation) {
    const { options, isJson, output, signal } = invocation;
    const address = listenAddress(options);
    // Other commands do not load the server.
    const { FoxgloveServer } = await import("../../../mod.ts");
    const { createRobot } = await import("../../../examples/robot/robot.ts");
    const note = (message: string) => output.note(message);
    await using server = new FoxgloveServer({ name: "demo robot", ...address });
    const drive = createRobot(server, { debug: () => {}, info: note, warn: note, error: note });
    await startAndAnnounce(server, address, invocation, "see and control the robot");
    if (!isJson) output.line("Press Ctrl-C to stop.");
    await drive(signal);
  },
});
