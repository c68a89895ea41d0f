// A relay of a server on this machine. Its arguments are the port of the server, as a plan, and the transport.

import { FoxgloveServer } from "../../mod.ts";
import { relay } from "../../src/relay/mod.ts";
import { report } from "./report.ts";

const { upstreamPort }: { upstreamPort: number } = JSON.parse(Deno.args[0] ?? "");
const transport = Deno.args[1] === "direct" ? "direct" : "native";
const server = new FoxgloveServer({ name: "relay", port: 0, logger: false, transport });
const { port } = await server.start();
relay([`ws://127.0.0.1:${upstreamPort}`], server);
// The load client subscribes to the channels that are advertised first.
while (server.channels.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
report(port);
