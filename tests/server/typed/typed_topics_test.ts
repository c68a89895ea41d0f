// FoxgloveServer.onPublish(): values that clients publish.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Decoder } from "../../../src/codecs/codec.ts";
import { json } from "../../../src/codecs/json.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { bytes, clientChannel, conversation, type FakeClient, settled } from "../../support/conversation.ts";

/** Reads decimal text, or JSON `{ "value": 5 }`. */
const DECIMAL: Decoder<number> = {
  encoding: "decimal",
  json: { encoding: "json", decode: (payload) => JSON.parse(new TextDecoder().decode(payload)).value },
  decode: (payload) => {
    const text = new TextDecoder().decode(payload);
    if (!/^\d+$/.test(text)) throw new Error(`"${text}" is not decimal`);
    return Number(text);
  },
};

function publishes(app: FakeClient, topic: string, encoding: string, payload: string, id = 1): void {
  app.says({ op: "advertise", channels: [{ id: clientChannel(id), topic, encoding, schemaName: "" }] });
  app.says({ op: "messageData", channelId: clientChannel(id), payload: bytes(payload) });
}

function encodingsOf(options: Partial<FoxgloveServerOptions>, codec: Decoder<unknown>): unknown {
  const { server, client } = conversation(options);
  server.onPublish("/x", codec, () => {});
  const info = client({ keepFirstMessages: true }).takes();
  return info.op === "serverInfo" && [info.capabilities, info.supportedEncodings];
}

Deno.test("FoxgloveServer.onPublish() declares the capability, json first, and the codec's encoding", () => {
  assertEquals(encodingsOf({}, json()), [["clientPublish"], ["json"]]);
  assertEquals(encodingsOf({}, DECIMAL), [["clientPublish"], ["json", "decimal"]]);
  const declared = { capabilities: ["time"], supportedEncodings: ["ros1", "json"] } as const;
  assertEquals(encodingsOf(declared, DECIMAL), [["time", "clientPublish"], ["json", "ros1", "decimal"]]);
});

Deno.test("FoxgloveServer.onPublish() decodes by the encoding of the client's channel", () => {
  const { server, client } = conversation();
  const values: unknown[] = [];
  server.onPublish(
    "/x",
    DECIMAL,
    (value, { channel, client }) => void values.push([value, channel.encoding, client.id]),
  );
  const app = client();
  publishes(app, "/x", "decimal", "5", 1);
  publishes(app, "/x", "json", '{"value":6}', 2);
  app.hearsNothing();
  assertEquals(values, [[5, "decimal", 1], [6, "json", 1]]);
});

Deno.test("FoxgloveServer.onPublish() answers an undecodable message with a status to that client", () => {
  const { server, client } = conversation();
  let calls = 0;
  server.onPublish("/x", DECIMAL, () => void calls++);
  const [app, other] = [client(), client()];
  publishes(app, "/x", "decimal", "five", 1);
  app.hearsStatus(StatusLevel.ERROR, '/x: cannot decode: "five" is not decimal');
  // The encodings of client channels are not checked if the program declares none.
  publishes(app, "/x", "cdr", "5", 2);
  app.hearsStatus(StatusLevel.ERROR, '/x: encoding "cdr" is not supported');
  other.hearsNothing();
  assertEquals(calls, 0);
});

Deno.test("FoxgloveServer.onPublish() warns a client once if nothing receives what it publishes", () => {
  const { server, client } = conversation();
  server.onPublish("/target", DECIMAL, () => {});
  const [app, other] = [client(), client()];
  publishes(app, "/targett", "decimal", "5");
  app.hearsStatus(StatusLevel.WARNING, '/targett: nothing receives it on the server; did you mean "/target"?');
  app.says({ op: "messageData", channelId: clientChannel(1), payload: bytes("6") });
  app.hearsNothing();
  other.hearsNothing();
});

Deno.test("FoxgloveServer.onPublish() does not warn if the listener has a hook for other topics, or without handlers", () => {
  const withHook = conversation({ listener: { onClientMessage() {} } });
  withHook.server.onPublish("/target", DECIMAL, () => {});
  const withoutHandlers = conversation({ capabilities: ["clientPublish"] });
  for (const { client } of [withHook, withoutHandlers]) {
    const app = client();
    publishes(app, "/targett", "decimal", "5");
    app.hearsNothing();
  }
});

Deno.test("FoxgloveServer.onPublish() refuses messages of another schema, and JSON that is not an object", () => {
  const { server, client } = conversation();
  const values: unknown[] = [];
  const codec = { ...DECIMAL, schemaName: "Decimal" };
  server.onPublish("/x", codec, (value) => void values.push(value));
  server.onPublish("/json", json(), (value) => void values.push(value));
  const app = client();
  const publish = (id: number, encoding: string, schemaName: string, payload: string) => {
    const topic = encoding === "json" ? "/json" : "/x";
    app.says({ op: "advertise", channels: [{ id: clientChannel(id), topic, encoding, schemaName }] });
    app.says({ op: "messageData", channelId: clientChannel(id), payload: bytes(payload) });
  };
  publish(1, "decimal", "Octal", "5");
  app.hearsStatus(StatusLevel.ERROR, '/x: schema "Octal" is not supported');
  publish(2, "json", "Other", "5");
  app.hearsStatus(StatusLevel.ERROR, "/json: not a JSON object");
  publish(3, "decimal", "Decimal", "6");
  publish(4, "decimal", "", "7");
  // Apps choose the schema names of JSON freely.
  publish(5, "json", "Other", '{"a":1}');
  app.hearsNothing();
  assertEquals(values, [6, 7, { a: 1 }]);
});

Deno.test("FoxgloveServer.onPublish() rejects what is not a codec, and registers nothing", () => {
  const { server } = conversation();
  for (const wrong of [undefined, json, {}, { encoding: "json" }]) {
    assertThrows(
      () => server.onPublish("/x", wrong as unknown as Decoder<unknown>, () => {}),
      TypeError,
      'Cannot handle messages on "/x": it requires a codec, such as json(), not ',
    );
  }
  server.onPublish("/x", json(), () => {});
});

Deno.test("FoxgloveServer.onPublish() leaves other topics, and all other hooks, to the listener", () => {
  const calls: string[] = [];
  const { server, client } = conversation({
    capabilities: ["clientPublish"],
    listener: {
      onClientAdvertise: (_server, { topic }) => void calls.push(`advertise ${topic}`),
      onClientMessage: (_server, _id, _payload, { channel }) => void calls.push(`message ${channel.topic}`),
    },
  });
  const handle = server.onPublish("/x", json(), () => void calls.push("handler"));
  const app = client();
  publishes(app, "/x", "json", "{}", 1);
  publishes(app, "/y", "json", "{}", 2);
  assertEquals(calls.splice(0), ["advertise /x", "handler", "advertise /y", "message /y"]);
  handle.close();
  handle[Symbol.dispose]();
  app.says({ op: "messageData", channelId: clientChannel(1), payload: bytes("{}") });
  assertEquals(calls, ["message /x"]);
});

Deno.test("FoxgloveServer.onPublish() treats an error of the handler like one of onClientMessage", async () => {
  const errors: unknown[] = [];
  const { server, client, log } = conversation({ listener: { onError: (_server, error) => void errors.push(error) } });
  const failures = [new Error("now"), new Error("later")];
  server.onPublish("/x", json(), () => {
    throw failures[0];
  });
  server.onPublish("/y", json(), () => Promise.reject(failures[1]));
  const app = client();
  publishes(app, "/x", "json", "{}", 1);
  publishes(app, "/y", "json", "{}", 2);
  await settled();
  assertEquals(errors, failures);
  app.hearsStatus(StatusLevel.ERROR, "/x: Error in onClientMessage on the server");
  app.hearsStatus(StatusLevel.ERROR, "/y: Error in onClientMessage on the server");
  assertEquals(log.filter((line) => line.startsWith("error")).length, 2);
});

Deno.test("FoxgloveServer.onPublish() rejects a second handler, until the first is closed", async () => {
  const { server } = conversation();
  const handle = server.onPublish("/x", json(), () => {});
  assertThrows(() => server.onPublish("/x", json(), () => {}), TypeError, 'on "/x": the topic has a handler');
  handle.close();
  const second = server.onPublish("/x", json(), () => {});
  // Closing the first handle again does not remove the second handler.
  handle.close();
  assertThrows(() => server.onPublish("/x", json(), () => {}), TypeError, 'on "/x": the topic has a handler');
  assertEquals([handle.topic, second.topic], ["/x", "/x"]);
  assertThrows(() => server.onPublish("/y", json(), 5 as unknown as () => void), TypeError, "is not a function");
  await server.close({ graceMs: 0 });
  assertThrows(() => server.onPublish("/z", json(), () => {}), TypeError, "the server has been closed");
});
