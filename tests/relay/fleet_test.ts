// Robots that join and leave a relay while viewers are connected, and requests for several of them.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { RequestError } from "../../src/client/mod.ts";
import { RefusalError } from "../../src/server/refusal_error.ts";
import { startRelay, startRobot, until } from "./fixture.ts";

Deno.test("relay() sets no parameter if one of the robots is away, and handles all failures", async () => {
  await using one = await startRobot({
    capabilities: ["parameters"],
    listener: {
      onSetParameters: () => {
        throw new RefusalError("refused by one");
      },
    },
  });
  const two = await startRobot({ capabilities: ["parameters"], listener: { onSetParameters: () => [] } });
  await using relay = await startRelay([{ url: one.url!, prefix: "/one" }, { url: two.url!, prefix: "/two" }]);
  await until(() => relay.relay.stats().upstreams.every(({ isConnected }) => isConnected), "the robots");
  await using viewer = await relay.view();
  const set = () => viewer.client.setParameters([{ name: "/one/speed", value: 1 }, { name: "/two/speed", value: 1 }]);
  await assertRejects(set, RequestError, "refused by one");
  await two.close();
  await until(() => relay.relay.stats().upstreams[1]?.isConnected === false, "the loss");
  await assertRejects(set, RequestError, "two is not connected");
  assertEquals(one.stats().received.setParameters.messages, 1);
});
