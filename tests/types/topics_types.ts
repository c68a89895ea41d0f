// The codecs of examples/topics.ts give a server and a client the same types. Only type-checked, never run.

import { BATTERY, type Battery, type Charge, type Charged, TARGET } from "../../examples/topics.ts";
import type { FoxgloveServer } from "../../mod.ts";
import type { FoxgloveClient } from "../../src/client/mod.ts";

declare const server: FoxgloveServer;
declare const client: FoxgloveClient;

export async function fromServerToClient(): Promise<void> {
  const battery = server.channel("/battery", BATTERY);
  for await (const { value } of client.subscribe("/battery", BATTERY)) {
    const same: Battery = value;
    battery.send(same);
    // @ts-expect-error The client knows the members that the server sends.
    console.log(value.amperes);
  }
}

export function fromClientToServer(): void {
  const target = client.channel("/target", TARGET);
  server.onPublish("/target", TARGET, (value) => void target.send(value));
  // @ts-expect-error The client can only send what the server's handler gets.
  target.send({ x: 1 });
}

/** Handlers and hooks may return a value, such as that of an assignment. */
export function results(): void {
  let newest = 0;
  const seen: number[] = [];
  server.onPublish("/target", TARGET, ({ x }) => newest = x);
  server.setListener({
    onSubscribe: (_server, channelId) => seen.push(channelId),
    onClientMessage: (_server, _channelId, payload) => newest = payload.length,
  });
  console.log(newest, seen);
}

export async function services(): Promise<void> {
  server.service<Charge, Charged>("/charge", ({ percent }) => ({ minutes: percent }));
  const { minutes } = await client.service<Charge, Charged>("/charge").call({ percent: 80 });
  const number: number = minutes;
  console.log(number);
  // @ts-expect-error A request has the type that the server's handler gets.
  await client.service<Charge, Charged>("/charge").call({ minutes: 80 });
}
