// Channels: adding many, and subscribing to many.

import type { FoxgloveServer } from "../../../mod.ts";
import { HostileClient, joined, textFrame } from "../hostile_client.ts";
import { check, outOf, type StallScenario, withCommas } from "../stall_scenario.ts";

const SUBSCRIBED = 10_000;
const SUBSCRIBE_ROUNDS = 12;
const ADDED_BESIDE_CLIENTS = 10_000;
const CLIENTS = 5;
const ADDED_ALONE = 8000;
const LIMIT_MS = 15_000;

/** As many channels as `maxSubscriptions` allows. */
export const SUBSCRIPTIONS: StallScenario = {
  name: "subscribe",
  title: `a client subscribes to ${
    withCommas(SUBSCRIBED)
  } channels in one message, and unsubscribes, ${SUBSCRIBE_ROUNDS} times`,
  program() {
    let subscribed = 0;
    let unsubscribed = 0;
    return {
      options: {
        listener: {
          onClientSubscribe: () => void (subscribed += 1),
          onClientUnsubscribe: () => void (unsubscribed += 1),
        },
      },
      setUp: (server) => void server.addChannels(Array.from({ length: SUBSCRIBED }, (_, index) => channel(index))),
      counters: () => ({ subscribed, unsubscribed }),
    };
  },
  async prepare({ port, ask }) {
    const client = await HostileClient.connect(port);
    const ids: number[] = [];
    client.onText = (text) => {
      const { op, channels } = JSON.parse(text);
      if (op === "advertise") { for (const { id } of channels) ids.push(id); }
    };
    void client.read();
    // The probe's channel is another one.
    check(await client.until(() => ids.length > SUBSCRIBED, LIMIT_MS), "the channels were not advertised");
    const subscriptions = ids.slice(0, SUBSCRIBED).map((channelId, id) => ({ id, channelId }));
    const once = joined([
      textFrame({ op: "subscribe", subscriptions }),
      textFrame({ op: "unsubscribe", subscriptionIds: subscriptions.map(({ id }) => id) }),
    ]);
    const frames = joined(Array.from({ length: SUBSCRIBE_ROUNDS }, () => once));
    return async () => {
      const before = await ask();
      await client.send(frames);
      await client.untilAnswered(LIMIT_MS);
      const after = await ask();
      const subscribed = after.subscribed! - before.subscribed!;
      const unsubscribed = after.unsubscribed! - before.unsubscribed!;
      check(subscribed > 0 || client.count("status") > 0 || !client.isOpen, "no subscription, and no answer");
      const all = outOf(SUBSCRIBED * SUBSCRIBE_ROUNDS);
      return [
        { name: "subscriptions", value: subscribed, unit: all },
        { name: "unsubscriptions", value: unsubscribed, unit: all },
        { name: "statuses", value: client.count("status"), unit: "messages" },
        client.closeFigure,
      ];
    };
  },
};

/** The program itself causes the load. The probe is one more client. */
export const CHANNELS_BESIDE_CLIENTS: StallScenario = {
  name: "channels-beside-clients",
  title: `the program calls \`addChannel()\` ${
    withCommas(ADDED_BESIDE_CLIENTS)
  } times in one turn, beside ${CLIENTS} clients that read`,
  program() {
    let addMs = 0;
    return {
      counters(server) {
        if (server.channels.size < ADDED_BESIDE_CLIENTS) addMs = addChannels(server, ADDED_BESIDE_CLIENTS);
        return { addMs, channels: server.channels.size, clients: server.clients.size };
      },
    };
  },
  async prepare({ port, ask }) {
    const clients: HostileClient[] = [];
    let advertised = 0;
    for (let count = 0; count < CLIENTS; count++) {
      const client = await HostileClient.connect(port);
      client.onText = (text) => {
        const { op, channels } = JSON.parse(text);
        if (op === "advertise") advertised += channels.length;
      };
      clients.push(client);
      void client.read();
    }
    const frames = () => clients.reduce((total, client) => total + client.count("advertise"), 0);
    return async () => {
      const before = frames();
      advertised = 0;
      const { addMs = 0, channels = 0 } = await ask();
      check(channels > ADDED_BESIDE_CLIENTS, "the channels were not added");
      for (const client of clients) await client.untilAnswered(LIMIT_MS);
      const connected = clients.filter(({ isOpen }) => isOpen).length;
      check(advertised > 0, "no channel was advertised");
      return [
        { name: "adding loop", value: addMs, unit: "ms" },
        { name: "clients still connected", value: connected, unit: outOf(CLIENTS) },
        { name: "advertise frames for each client", value: (frames() - before) / CLIENTS, unit: "frames, mean" },
        {
          name: "channels advertised to each client",
          value: advertised / CLIENTS,
          unit: `${outOf(ADDED_BESIDE_CLIENTS)}, mean`,
        },
      ];
    };
  },
};

/** The channels are added before the server listens. This measures only the program's own time. */
export const CHANNELS_ALONE: StallScenario = {
  name: "channels-alone",
  title: `the program calls \`addChannel()\` ${withCommas(ADDED_ALONE)} times, without clients and without a logger`,
  program() {
    let addMs = 0;
    return {
      setUp: (server) => void (addMs = addChannels(server, ADDED_ALONE)),
      counters: (server) => ({ addMs, channels: server.channels.size }),
    };
  },
  prepare: ({ ask }) =>
    Promise.resolve(async () => {
      const { addMs = 0, channels = 0 } = await ask();
      check(channels > ADDED_ALONE, "the channels were not added");
      return [{ name: "adding loop", value: addMs, unit: "ms" }];
    }),
};

/** Adds them one by one. Returns the time in ms. */
function addChannels(server: FoxgloveServer, count: number): number {
  const start = performance.now();
  for (let index = 0; index < count; index++) server.addChannel(channel(index));
  return performance.now() - start;
}

function channel(index: number): { topic: string; encoding: string; schemaName: string } {
  return { topic: `/bench/channel_${index}`, encoding: "json", schemaName: `bench.Type${index % 50}` };
}
