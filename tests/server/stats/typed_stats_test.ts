// FoxgloveServer.stats(): typed channels, services and parameters.

import { assertEquals } from "@std/assert/equals";
import { json } from "../../../src/codecs/json.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { bytes, clientChannel, type Conversation, conversation, settled } from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

const NONE = { ok: 0, failed: 0, timeout: 0, refused: 0, cancelled: 0 };

function fixture(options: Partial<FoxgloveServerOptions> = {}): Conversation {
  const capabilities = ["services", "parameters", "parametersSubscribe", "clientPublish"] as const;
  return conversation({ capabilities, ...options }, { clock: new TestClock() });
}

Deno.test("FoxgloveServer.stats() counts values that a typed channel does not encode, because it is not active", () => {
  const { server, client } = fixture();
  const battery = server.channel("/battery", json({ example: { volts: 1 } }));
  const published = () => {
    const { messagesPublished, bytesPublished } = server.stats();
    return [messagesPublished, bytesPublished];
  };
  for (let count = 0; count < 3; count++) battery.send({ volts: 2 });
  server.publish("/speed", { value: 1 });
  assertEquals(published(), [4, 0]);
  client().subscribes(1, battery.id);
  battery.send({ volts: 3 });
  assertEquals(published(), [5, 13 + '{"volts":3}'.length]);
  battery.close();
  assertEquals(published(), [5, 13 + '{"volts":3}'.length]);
});

Deno.test("FoxgloveServer.stats() counts calls of typed services, and errors of their handlers", async () => {
  const { server, client } = fixture();
  const results = [
    () => ({ done: true }),
    () => {
      throw new Error("broken");
    },
  ];
  const service = server.service("/reset", () => results.shift()?.() ?? {});
  const app = client();
  for (let callId = 0; callId < 2; callId++) {
    app.says({ op: "serviceCallRequest", serviceId: service.id, callId, encoding: "json", payload: bytes("{}") });
  }
  await settled();
  const { requests, hookErrors, services } = server.stats();
  assertEquals(requests.callService.outcomes, { ...NONE, ok: 1, failed: 1 });
  assertEquals([requests.callService.durations.count, hookErrors.onServiceRequest, services], [2, 1, 1]);
});

Deno.test("FoxgloveServer.stats() counts requests that a parameter store answers, and errors of onChange()", async () => {
  const { server, client } = fixture();
  const store = server.parameters({ "/gain": { value: 1, max: 5 }, "/mode": { value: "a", readOnly: true } });
  store.onChange("/gain", () => {
    throw new Error("broken");
  });
  const app = client();
  app.says({ op: "getParameters", parameterNames: ["/gain"], id: "get" });
  app.says({
    op: "setParameters",
    parameters: [{ name: "/gain", value: 2 }, { name: "/mode", value: "b" }],
    id: "part",
  });
  app.says({ op: "setParameters", parameters: [{ name: "/gain", value: 9 }], id: "all" });
  app.says({ op: "setParameters", parameters: [{ name: "/mode", value: "b" }] });
  await settled();
  const { requests, hookErrors } = server.stats();
  assertEquals(requests.getParameters.outcomes, { ...NONE, ok: 1 });
  assertEquals(requests.setParameters.outcomes, { ...NONE, ok: 1, refused: 2 });
  assertEquals([requests.setParameters.inFlight, hookErrors.onChange], [0, 1]);
});

Deno.test("FoxgloveServer.stats() counts a set request as cancelled if its client leaves before its turn", async () => {
  const { server, client } = fixture({
    listener: {
      onClientMessage: (_server, _channelId, payload) => {
        if (payload.length === 0) return app.leaves();
        app.says({ op: "setParameters", parameters: [{ name: "/gain", value: 2 }] });
        other.says({ op: "messageData", channelId, payload: bytes("") });
      },
    },
  });
  const store = server.parameters({ "/gain": { value: 1 } });
  const [app, other] = [client(), client()];
  const channelId = clientChannel(1);
  other.says({ op: "advertise", channels: [{ id: channelId, topic: "/cmd", encoding: "json", schemaName: "Cmd" }] });
  other.says({ op: "messageData", channelId, payload: bytes("go") });
  await settled();
  assertEquals([server.stats().requests.setParameters.outcomes, store.get("/gain")], [{ ...NONE, cancelled: 1 }, 1]);
});
