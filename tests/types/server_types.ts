// Types of the server's typed methods: what compiles, and what must not. Only type-checked, never run.

import {
  type ChannelHandle,
  type Codec,
  type Encoder,
  FoxgloveServer,
  json,
  type PublishContext,
  type ServiceContext,
} from "../../mod.ts";

interface Volts {
  volts: number;
}

declare const server: FoxgloveServer;
declare const volts: Codec<Volts>;
/** A codec whose written values have optional members. */
declare const pose: Codec<{ x: number; y: number }, { x?: number; y?: number }>;

export function channels(): void {
  const battery: ChannelHandle<Volts> = server.channel("/battery", volts);
  battery.send({ volts: 12 });
  battery.send(() => ({ volts: 12 }), { timestamp: 5n });
  // @ts-expect-error A member has the wrong type.
  battery.send({ volts: "12" });
  // @ts-expect-error A member is missing.
  battery.send({});
  // @ts-expect-error The function returns a value of the wrong type.
  battery.send(() => 12);
  // @ts-expect-error A timestamp is a bigint.
  battery.send({ volts: 12 }, { timestamp: 5 });
  // @ts-expect-error The id is read-only.
  battery.id = 1;

  const position = server.channel("/pose", pose, { latch: true });
  position.send({ x: 1 });
  // @ts-expect-error An unknown member.
  position.send({ z: 1 });

  // The example determines the type.
  const inferred = server.channel("/inferred", json({ example: { volts: 12 } }));
  inferred.send({ volts: 13 });
  // @ts-expect-error A member has the wrong type.
  inferred.send({ volts: true });

  // Without an encoder, any object can be sent, or the objects of the given type.
  server.channel("/any").send({ a: 1 });
  server.channel<Volts>("/volts").send({ volts: 12 });
  // @ts-expect-error A member has the wrong type.
  server.channel<Volts>("/volts").send({ volts: "12" });

  // @ts-expect-error The encoder determines the encoding.
  server.channel("/battery", volts, { encoding: "json" });
  // @ts-expect-error An unknown delivery.
  server.channel("/battery", volts, { delivery: "sometimes" });
  const encoder: Encoder<Volts> = volts;
  server.channel("/battery", encoder).close();
}

export function publishing(): void {
  server.publish("/battery", { volts: 12 });
  server.publish("/battery", { volts: 12 }, { latch: true, timestamp: 5n });
  // @ts-expect-error Apps show only objects.
  server.publish("/battery", 12);
  // @ts-expect-error An unknown option.
  server.publish("/battery", { volts: 12 }, { latched: true });
}

export function services(): void {
  server.service("/reset", ({ hard }: { hard: boolean }, context) => {
    const { service, client }: ServiceContext = context;
    return { ok: hard, by: `${service.name} ${client.id}` };
  });
  server.service("/charge", async ({ volts }) => await Promise.resolve({ ok: volts > 12 }), { request: volts });
  // @ts-expect-error The codec determines the type of the request.
  server.service("/charge", ({ amperes }) => ({ ok: amperes > 1 }), { request: volts });
  // @ts-expect-error The encoder determines the type of the response.
  server.service("/read", () => ({ volts: "12" }), { response: volts });
  server.service("/read", () => ({ volts: 12 }), { response: volts }).close();
}

export function publishedByClients(): void {
  server.onPublish("/target", volts, ({ volts }, context) => {
    const number: number = volts;
    const { channel, client }: PublishContext = context;
    console.log(number, channel.topic, client.id);
  });
  // @ts-expect-error The codec determines the type of the value.
  server.onPublish("/target", volts, ({ amperes }) => console.log(amperes));
  // Reading needs only the decoder's half of a codec.
  server.onPublish("/pose", pose, ({ x, y }) => console.log(x + y));
}

export function info(): void {
  server.setInfo({ capabilities: ["services", "a capability of the future"], metadata: undefined });
  // @ts-expect-error The name cannot be removed.
  server.setInfo({ name: null });
  server.appUrl({ app: "lichtblick", base: "http://localhost:8080" });
  // @ts-expect-error An unknown app.
  server.appUrl({ app: "rviz" });
  // @ts-expect-error The constructor accepts only capabilities that the server implements.
  new FoxgloveServer({ name: "my robot", capabilities: ["teleport"] });
}
