// Bytes that the program passes to the server: every form is sent unchanged, and never the bytes of an earlier message.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import type { ByteSource } from "../../src/protocol/bytes.ts";
import type { ChannelInit, ServiceInit } from "../../src/server/channel_init.ts";
import type { ServiceResponse } from "../../src/server/listener.ts";
import { byteSources, notBytes, SAME_BYTES } from "../support/byte_sources.ts";
import { bytes, conversation, type FakeClient, ODOM, service, subscription } from "../support/conversation.ts";

const SECRET = "a secret of another channel, which is longer than what follows";

/** The payload of the next data message. */
function payload(client: FakeClient): Uint8Array | undefined {
  const message = client.takes();
  return message.op === "messageData" ? message.payload : undefined;
}

for (const [what, source] of Object.entries(byteSources())) {
  Deno.test(`FoxgloveServer.sendMessage() sends ${what} as its bytes`, () => {
    const { server, client } = conversation();
    const [odom, secret] = server.addChannels([ODOM, { ...ODOM, topic: "/secret", latch: true }]);
    const app = client();
    app.subscribes(1, odom!);
    server.sendMessage(secret!, 1n, SECRET);
    server.sendMessage(odom!, 2n, source);
    app.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 2n, payload: SAME_BYTES });
    app.hearsNothing();
  });
}

Deno.test("FoxgloveServer.sendMessage() latches bytes of any form for later subscribers", () => {
  const sources = Object.values(byteSources());
  const { server, client } = conversation();
  const id = server.addChannel({ ...ODOM, latch: { depth: sources.length } });
  for (const source of sources) server.sendMessage(id, 1n, source);
  const app = client();
  app.subscribes(1, id);
  assertEquals(sources.map(() => payload(app)), sources.map(() => SAME_BYTES));
});

for (const hasSubscribers of [false, true]) {
  const when = hasSubscribers ? "to subscribers" : "while there are no subscribers";
  Deno.test(`FoxgloveServer.sendMessage() rejects values that are neither text nor bytes ${when}`, () => {
    const { server, client } = conversation();
    const [odom, secret] = server.addChannels([ODOM, { ...ODOM, topic: "/secret", latch: true }]);
    const app = client();
    if (hasSubscribers) app.subscribes(1, odom!);
    server.sendMessage(secret!, 1n, SECRET);
    const cannot = 'Cannot send on "/odom": its payload must be text or bytes (a buffer or a view of one), not ';
    for (const [value, name] of [...notBytes(), [undefined, "undefined"] as const]) {
      assertThrows(() => server.sendMessage(odom!, 2n, value as ByteSource), TypeError, cannot + name);
    }
    app.hearsNothing();
    app.subscribes(2, odom!);
    if (hasSubscribers) app.takes();
    server.sendMessage(odom!, 3n, "next");
    assertEquals(payload(app), bytes("next"));
    assertEquals(server.stats().messagesSent, 1);
  });
}

const ENCODINGS = { protobuf: SAME_BYTES, json: new TextDecoder().decode(SAME_BYTES) };

Deno.test("FoxgloveServer.addChannel() accepts a schema of bytes in any form, and copies it", () => {
  const { server } = conversation();
  for (const [encoding, schema] of Object.entries(ENCODINGS)) {
    for (const [what, source] of Object.entries(byteSources())) {
      const id = server.addChannel({ topic: `/${encoding} ${what}`, encoding, schema: source });
      // The caller may reuse its memory.
      new Uint8Array(ArrayBuffer.isView(source) ? source.buffer : source).fill(0);
      assertEquals(server.channels.get(id)?.schema, schema, what);
    }
  }
});

Deno.test("FoxgloveServer.addChannel() and addService() reject a schema that is neither text nor bytes", () => {
  const { server } = conversation({ capabilities: ["services"] });
  const side = { encoding: "json", schemaName: "S", schemaEncoding: "jsonschema", schema: "{}" };
  // Without a schema, the encoding of the channel decides.
  for (const [value, name] of notBytes().filter(([value]) => value !== null)) {
    const schema = value as ByteSource;
    const channel: ChannelInit = { topic: "/t", encoding: "json", schema };
    const text = `its schema must be text or bytes (a buffer or a view of one), not ${name}`;
    assertThrows(() => server.addChannel(channel), TypeError, `Cannot add channel "/t": ${text}`);
    for (const wrong of ["request", "response"] as const) {
      const init: ServiceInit = { name: "/s", type: "T", request: side, response: side, [wrong]: { ...side, schema } };
      assertThrows(() => server.addService(init), TypeError, `Cannot add service "/s": ${wrong}: ${text}`);
    }
  }
  assertEquals(server.channels.size, 0);
});

/** Results that a hook can return. A promise would be awaited, and a revoked proxy cannot be returned. */
function results(): readonly [value: unknown, name: string][] {
  return notBytes().filter(([value, name]) => name !== "a Promise" && !isRevoked(value));
}

function isRevoked(value: unknown): boolean {
  try {
    return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === undefined;
  } catch {
    return true;
  }
}

for (const form of ["the response", "its payload"] as const) {
  Deno.test(`onServiceRequest may return bytes in any form as ${form}, but no other value`, async () => {
    let response: unknown;
    const { server, client, log } = conversation({
      capabilities: ["services"],
      supportedEncodings: ["json"],
      listener: {
        onServiceRequest: () =>
          (form === "the response" ? response : { encoding: "json", payload: response }) as ServiceResponse,
      },
    });
    server.addService({ name: "/s", type: "T" });
    const app = client();
    const answer = async () => {
      app.says({ op: "serviceCallRequest", serviceId: service(1), callId: 1, encoding: "json", payload: bytes("") });
      return await app.next();
    };
    for (const [what, source] of Object.entries(byteSources())) {
      response = source;
      const expected = { op: "serviceCallResponse", serviceId: service(1), callId: 1, encoding: "json" };
      assertEquals(await answer(), { ...expected, payload: SAME_BYTES } as object, what);
    }
    assertEquals(log.filter((line) => line.startsWith("error: ")), []);
    for (const [value, name] of results()) {
      response = value;
      const message = await answer();
      const text = message.op === "serviceCallFailure" ? message.message : message.op;
      assertEquals(text, 'Service "/s" failed: the server\'s answer is not valid', name);
    }
    assertStringIncludes(
      log.find((line) => line.startsWith("error: ")) ?? "",
      "onServiceRequest must return text, bytes",
    );
  });
}

Deno.test("onFetchAsset may return bytes in any form, but no other value", async () => {
  let asset: unknown;
  const { client, log } = conversation({
    capabilities: ["assets"],
    listener: { onFetchAsset: () => asset as ByteSource },
  });
  const app = client();
  const answer = async () => {
    app.says({ op: "fetchAsset", uri: "package://a", requestId: 1 });
    return await app.next();
  };
  for (const [what, source] of Object.entries(byteSources())) {
    asset = source;
    const expected = { op: "fetchAssetResponse", requestId: 1, status: "success", data: SAME_BYTES };
    assertEquals(await answer(), expected as object, what);
  }
  assertEquals(log.filter((line) => line.startsWith("error: ")), []);
  for (const [value, name] of [...results(), ["mesh", "a string"] as const]) {
    asset = value;
    const message = await answer();
    const text = message.op === "fetchAssetResponse" && message.status === "error" ? message.error : message.op;
    assertEquals(text, 'Cannot fetch "package://a": the server\'s answer is not valid', name);
  }
  const [first] = results();
  const line = `error: Client 1: onFetchAsset must return bytes (a buffer or a view of one), but returned ${
    first?.[1]
  }`;
  assertEquals(log.find((line) => line.startsWith("error: ")), line);
});
