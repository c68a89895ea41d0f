// A relay to start from: two robots under prefixes, a third one that connects to the relay, an operator who may do
// everything, and visitors who only see /robot1. The tokens come from the environment:
//   OPERATOR_TOKEN=… VISITOR_TOKEN=… ROBOT3_TOKEN=… deno run --allow-net --allow-env examples/relay_server.ts \
//     --robot1 ws://10.0.0.1:8765 --robot2 "ws://10.0.0.2:8765/?token=…"

import { delay } from "@std/async/delay";
import { bearerToken, FoxgloveServer, runCancellable } from "../mod.ts";
import { type Relay, relay } from "../src/relay/mod.ts";
import { listenOptions, orExit, startAndAnnounce } from "./command_line.ts";

/** Returns the token in an environment variable. Without the variable, it is a new one for each run. */
const tokenFrom = (variable: string) => Deno.env.get(variable) || crypto.randomUUID();

/** Listens for robots that connect to the relay. The name that belongs to a token is the name of the robot. */
function openGate(fleet: Relay, token: string, address: Deno.ServeTcpOptions): Deno.HttpServer<Deno.NetAddr> {
  const subprotocol = "foxglove.sdk.v1.1";
  const authorize = bearerToken({ token, name: "robot3" });
  return Deno.serve({ ...address, onListen() {} }, async (request, { remoteAddr: { hostname } }) => {
    const identity = await authorize(request);
    if (identity instanceof Response) {
      console.error(`Rejected a robot from ${hostname}: ${await identity.clone().text()}`);
      return identity;
    }
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: subprotocol });
    const { name = "" } = identity;
    fleet.accept(socket, { name, prefix: `/${name}`, subprotocol });
    console.log(`${name} connects from ${hostname}`);
    return response;
  });
}

if (import.meta.main) {
  const { robot1, robot2, ...address } = listenOptions("Relays robots to viewers with tokens and rights.", {
    robot1: { default: "ws://localhost:8771", help: "--robot1 <url>    add ?token=… if the robot requires a token" },
    robot2: { default: "ws://localhost:8772", help: "--robot2 <url>    the same for the second robot" },
  });
  const tokens = {
    OPERATOR_TOKEN: tokenFrom("OPERATOR_TOKEN"),
    VISITOR_TOKEN: tokenFrom("VISITOR_TOKEN"),
    ROBOT3_TOKEN: tokenFrom("ROBOT3_TOKEN"),
  };
  // A list that is left out does not limit anything, so each list names what visitors may see.
  const visitorRights = { readOnly: true, topics: ["/robot1/*"], readableParameters: ["/robot1/*"], assets: [] };
  const authorize = bearerToken(
    { token: tokens.OPERATOR_TOKEN, name: "operator" },
    { token: tokens.VISITOR_TOKEN, name: "visitor", rights: visitorRights },
  );

  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...address, name: "example relay", authorize });
    await using fleet = relay([
      { url: robot1, prefix: "/robot1" },
      { url: robot2, prefix: "/robot2" },
    ], server);
    await startAndAnnounce(server, signal);
    const gateAddress = { ...address, port: address.port && address.port + 1 };
    await using gate = await orExit(Promise.try(() => openGate(fleet, tokens.ROBOT3_TOKEN, gateAddress)));
    console.log(`Robots:      ws://${gateAddress.hostname}:${gate.addr.port}`);
    for (const [variable, token] of Object.entries(tokens)) {
      if (!Deno.env.get(variable)) console.log(`${variable}=${token}`);
    }

    // The first report is early, because it shows which robots are not there.
    for (let pauseMs = 1000;; pauseMs = 10_000) {
      await delay(pauseMs, { signal });
      for (const { name, isConnected, problem, subscribed, messages } of fleet.stats().upstreams) {
        const state = isConnected ? `${subscribed} topics watched, ${messages} messages` : "not connected";
        console.log(`${name}: ${problem ?? state}`);
      }
    }
  });
}
