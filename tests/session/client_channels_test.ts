// ClientChannels: the effects when a client advertises, publishes and disconnects.

import { assertEquals } from "@std/assert/equals";
import type { ClientChannel } from "../../src/protocol/client_publish.ts";
import type { ClientChannelId } from "../../src/protocol/ids.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import { ClientChannels, type ClientChannelsOptions } from "../../src/session/client_channels.ts";
import type { Effect } from "../../src/session/effects.ts";
import { ServerState } from "../../src/session/server_state.ts";

const ID = 7 as ClientChannelId;
const CMD: ClientChannel = { id: ID, topic: "/cmd", encoding: "json", schemaName: "Cmd" };

interface Options extends Partial<ClientChannelsOptions> {
  supportedEncodings?: readonly string[];
}

function clientChannels({ supportedEncodings, ...options }: Options = {}): ClientChannels<never> {
  const state = new ServerState<never>({ name: "test", capabilities: ["clientPublish"], supportedEncodings });
  return new ClientChannels(state, {
    maxClientChannels: 10,
    maxNameLength: 40,
    maxMessageBytes: 1000,
    accepts: () => true,
    counter: state.counter,
    ...options,
  });
}

/** The effect that sends a status with this text. */
function statusEffect(level: StatusLevel, text: string): Effect[] {
  return [{ type: "sendStatus", level, text }];
}

const PAYLOAD = new TextEncoder().encode("{}");

Deno.test("ClientChannels.advertise() returns the channel as the client described it", () => {
  const channel: ClientChannel = { ...CMD, schema: '{"type":"object"}', schemaEncoding: "jsonschema" };
  assertEquals(clientChannels().advertise(channel), [{ type: "clientAdvertised", channel }]);
});

Deno.test("ClientChannels.advertise() warns if the same channel is advertised again", () => {
  const channels = clientChannels();
  const schema = Uint8Array.of(1, 2);
  channels.advertise({ ...CMD, schema, schemaEncoding: "protobuf" });
  assertEquals(
    channels.advertise({ ...CMD, schema: schema.slice(), schemaEncoding: "protobuf" }),
    statusEffect(StatusLevel.WARNING, 'Cannot advertise "/cmd": already advertised'),
  );
});

const OTHERS: Readonly<Record<string, Partial<ClientChannel>>> = {
  "topic": { topic: "/other" },
  "encoding": { encoding: "cdr" },
  "schema name": { schemaName: "Other" },
  "schema": { schema: "{}" },
  "schema encoding": { schemaEncoding: "jsonschema" },
};

for (const [what, other] of Object.entries(OTHERS)) {
  Deno.test(`ClientChannels.advertise() rejects an id that is in use with another ${what}`, () => {
    const channels = clientChannels();
    channels.advertise(CMD);
    const text = `Cannot advertise "${other.topic ?? "/cmd"}": the id is in use for "/cmd"`;
    assertEquals(channels.advertise({ ...CMD, ...other }), statusEffect(StatusLevel.ERROR, text));
  });
}

Deno.test("ClientChannels.advertise() distinguishes between schemas of the same length", () => {
  const channels = clientChannels();
  channels.advertise({ ...CMD, schema: Uint8Array.of(1, 2), schemaEncoding: "protobuf" });
  const text = 'Cannot advertise "/cmd": the id is in use for "/cmd"';
  assertEquals(
    channels.advertise({ ...CMD, schema: Uint8Array.of(1, 3), schemaEncoding: "protobuf" }),
    statusEffect(StatusLevel.ERROR, text),
  );
});

Deno.test("ClientChannels.advertise() rejects encodings that the server did not declare", () => {
  const channels = clientChannels({ supportedEncodings: ["json"] });
  const text = 'Cannot advertise "/cmd": the server does not support encoding "cdr"';
  assertEquals(channels.advertise({ ...CMD, encoding: "cdr" }), statusEffect(StatusLevel.ERROR, text));
  assertEquals(channels.advertise(CMD), [{ type: "clientAdvertised", channel: CMD }]);
});

Deno.test("ClientChannels.advertise() accepts any encoding if the server declared none", () => {
  const channel = { ...CMD, encoding: "xml" };
  assertEquals(clientChannels().advertise(channel), [{ type: "clientAdvertised", channel }]);
});

for (const [encoding, schemaEncoding] of [["cdr", "protobuf"], ["cdr", "flatbuffer"], ["protobuf", undefined]]) {
  const channel = { ...CMD, encoding: encoding!, ...(schemaEncoding ? { schemaEncoding } : {}) };
  const what = `${encoding} with schema encoding ${schemaEncoding}`;

  Deno.test(`ClientChannels.advertise() rejects text that is not base64 as a binary schema: ${what}`, () => {
    const text = 'Cannot advertise "/cmd": its schema is not base64';
    const channels = clientChannels();
    assertEquals(channels.advertise({ ...channel, schema: "syntax" }), statusEffect(StatusLevel.ERROR, text));
    assertEquals(channels.close(), []);
  });

  Deno.test(`ClientChannels.advertise() accepts a missing binary schema: ${what}`, () => {
    for (const schemaless of [channel, { ...channel, schema: "" }]) {
      assertEquals(clientChannels().advertise(schemaless), [{ type: "clientAdvertised", channel: schemaless }]);
    }
  });
}

Deno.test("ClientChannels.advertise() calls accepts() last, and once", () => {
  const asked: ClientChannel[] = [];
  const accepts = (channel: ClientChannel) => {
    asked.push(channel);
    return channel.topic !== "/forbidden";
  };
  const channels = clientChannels({ supportedEncodings: ["json", "protobuf"], accepts });
  const forbidden = { ...CMD, topic: "/forbidden" };
  const text = 'Cannot advertise "/forbidden": the server does not allow it';
  assertEquals(channels.advertise(forbidden), statusEffect(StatusLevel.ERROR, text));
  assertEquals(channels.advertise(CMD), [{ type: "clientAdvertised", channel: CMD }]);
  channels.advertise(CMD);
  channels.advertise({ ...CMD, id: 8 as ClientChannelId, encoding: "cdr" });
  channels.advertise({ ...CMD, id: 8 as ClientChannelId, encoding: "protobuf", schema: "syntax" });
  assertEquals(asked, [forbidden, CMD]);
});

Deno.test("ClientChannels.message() returns messages on advertised channels only", () => {
  const channels = clientChannels();
  const message = { op: "messageData", channelId: ID, payload: PAYLOAD } as const;
  const rejection = statusEffect(
    StatusLevel.ERROR,
    "Cannot publish: the client channel is not advertised",
  );
  assertEquals(channels.message(message), rejection);
  channels.advertise(CMD);
  assertEquals(channels.message(message), [{ type: "clientMessage", channel: CMD, payload: PAYLOAD }]);
  channels.unadvertise(ID);
  assertEquals(channels.message(message), rejection);
});

Deno.test("ClientChannels silently accepts data on a rejected channel, and its unadvertise", () => {
  const channels = clientChannels({ accepts: ({ topic }) => topic !== "/forbidden" });
  const message = { op: "messageData", channelId: ID, payload: PAYLOAD } as const;
  const warning = statusEffect(StatusLevel.WARNING, "Cannot unadvertise: the client channel is not advertised");
  const reject = () => assertEquals(channels.advertise({ ...CMD, topic: "/forbidden" })[0]?.type, "sendStatus");
  reject();
  assertEquals([channels.message(message), channels.message(message)], [[], []]);
  assertEquals(channels.unadvertise(ID), []);
  assertEquals(channels.unadvertise(ID), warning);
  reject();
  assertEquals(channels.advertise(CMD), [{ type: "clientAdvertised", channel: CMD }]);
  assertEquals(channels.message(message), [{ type: "clientMessage", channel: CMD, payload: PAYLOAD }]);
  // The id belongs to the accepted channel.
  reject();
  assertEquals(channels.unadvertise(ID), [{ type: "clientUnadvertised", channel: CMD }]);
  assertEquals(channels.unadvertise(ID), warning);
});

Deno.test("ClientChannels.unadvertise() frees the id for another channel", () => {
  const channels = clientChannels();
  const other = { ...CMD, topic: "/other" };
  channels.advertise(CMD);
  assertEquals(channels.unadvertise(ID), [{ type: "clientUnadvertised", channel: CMD }]);
  assertEquals(
    channels.unadvertise(ID),
    statusEffect(StatusLevel.WARNING, "Cannot unadvertise: the client channel is not advertised"),
  );
  assertEquals(channels.advertise(other), [{ type: "clientAdvertised", channel: other }]);
});

Deno.test("ClientChannels.close() ends each channel once, in the order in which they were advertised", () => {
  const channels = clientChannels();
  for (const id of [3, 0, 5, 1]) channels.advertise({ ...CMD, id: id as ClientChannelId });
  channels.unadvertise(5 as ClientChannelId);
  const ended = [3, 0, 1].map((id): Effect => ({
    type: "clientUnadvertised",
    channel: { ...CMD, id: id as ClientChannelId },
  }));
  assertEquals(channels.close(), ended);
  assertEquals(channels.close(), []);
});

Deno.test("ClientChannels.advertise() rejects one channel too many, until another one is removed", () => {
  const channels = clientChannels({ maxClientChannels: 2 });
  const cmd = (id: number): ClientChannel => ({ ...CMD, id: id as ClientChannelId, topic: `/${id}` });
  const three = cmd(3);
  channels.advertise(cmd(1));
  channels.advertise(cmd(2));
  const text = 'Cannot advertise "/3": more channels than "maxClientChannels" allows (2)';
  assertEquals(channels.advertise(three), statusEffect(StatusLevel.ERROR, text));
  channels.unadvertise(cmd(1).id);
  assertEquals(channels.advertise(three), [{ type: "clientAdvertised", channel: three }]);
});

for (const member of ["topic", "encoding", "schemaName", "schemaEncoding"] as const) {
  Deno.test(`ClientChannels.advertise() rejects a ${member} that is too long, and does not repeat it`, () => {
    const channels = clientChannels({ maxNameLength: 8 });
    const text = 'Cannot advertise: more characters in a name than "maxNameLength" allows (8)';
    assertEquals(channels.advertise({ ...CMD, [member]: "123456789" }), statusEffect(StatusLevel.ERROR, text));
    const channel = { ...CMD, [member]: "12345678" };
    assertEquals(channels.advertise(channel), [{ type: "clientAdvertised", channel }]);
  });
}

Deno.test("ClientChannels.advertise() limits the total size of the schemas of one client", () => {
  const channels = clientChannels({ maxMessageBytes: 10 });
  const other = { ...CMD, id: 8 as ClientChannelId, schema: "123456" };
  channels.advertise({ ...CMD, schema: "12345" });
  const text = 'Cannot advertise "/cmd": more bytes of schemas than "maxMessageBytes" allows (10)';
  assertEquals(channels.advertise(other), statusEffect(StatusLevel.ERROR, text));
  channels.unadvertise(ID);
  assertEquals(channels.advertise(other), [{ type: "clientAdvertised", channel: other }]);
});
