// upstreamLine(): the state of an upstream, with a cure only if it fits the reason.

import { assertEquals } from "@std/assert/equals";
import { tokenUse } from "../../src/cli/connection_problem.ts";
import { upstreamLine } from "../../src/cli/upstream_changes.ts";

for (
  const [problem, reason] of [
    ["it is this relay itself, or relays it", "it is this relay itself, or relays it"],
    [
      'The connection to ws://r/ was closed: code 1008, "token expired"',
      'the connection to ws://r/ was closed: code 1008, "token expired"',
    ],
    ["Cannot connect to ws://r/: connection refused", "ws://r/: connection refused; is the robot running?"],
    [
      "Cannot connect to ws://r/: dns error",
      "ws://r/: no address of that name; check the spelling and the network, or use the IP address",
    ],
  ] as const
) {
  Deno.test(`upstreamLine() says why an upstream is not connected: ${problem}`, () => {
    const line = upstreamLine({ name: "robot", isConnected: false, problem }, tokenUse("ws://r/", undefined));
    assertEquals(line, `robot is not connected: ${reason}`);
  });
}
