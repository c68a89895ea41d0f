// An edge on NATS. Its arguments are the port of NATS, as a plan, and the transport.

import { FoxgloveServer } from "../../mod.ts";
import { serveFromNats } from "../../src/nats/mod.ts";
import { connectToNats } from "../../tests/support/nats_server.ts";
import { report } from "./report.ts";

const { natsPort }: { natsPort: number } = JSON.parse(Deno.args[0] ?? "");
const transport = Deno.args[1] === "direct" ? "direct" : "native";
const server = new FoxgloveServer({ name: "edge", port: 0, logger: false, transport });
const { port } = await server.start();
serveFromNats(await connectToNats(natsPort), server, { prefix: "bench" });
// The load client subscribes to the channels that are advertised first.
while (server.channels.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
report(port);
