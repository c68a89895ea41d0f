// Many channels and many clients: what each subscription and each message costs should not grow with their number.

import { acceptSocket, FoxgloveServer } from "../src/server/server.ts";
import type { ChannelId } from "../src/protocol/ids.ts";

const PEER = { subprotocol: undefined, remoteAddr: undefined, userAgent: undefined };

for (const [channels, clients] of [[250, 50], [1000, 50], [250, 200], [1000, 200]] as const) {
  const subscriptions = channels * clients;
  Deno.bench(`${channels} channels x ${clients} clients: ${subscriptions} subscriptions and as many messages`, {
    group: "many channels",
    baseline: subscriptions === 250 * 50,
    n: 5,
    warmup: 1,
  }, (bench) => {
    let sent = 0;
    bench.start();
    const server = new FoxgloveServer({ name: "bench", logger: false });
    const ids = server.addChannels(
      Array.from({ length: channels }, (_, index) => ({ topic: `/t${index}`, encoding: "json" })),
    );
    const sockets = Array.from({ length: clients }, () => {
      const socket = {
        bufferedAmount: 0,
        readyState: WebSocket.OPEN,
        send: (data: unknown) => void (typeof data !== "string" && sent++),
        close() {},
      };
      const events = acceptSocket(server, socket, PEER);
      events.opened();
      events.received(subscribe(ids));
      return events;
    });
    for (const id of ids) server.sendMessage(id, 1n, "{}");
    for (const events of sockets) events.closed();
    bench.end();
    if (sent !== subscriptions || server.isSubscribed(ids[0] as ChannelId)) {
      throw new Error(`${sent} messages were sent`);
    }
  });
}

function subscribe(ids: readonly ChannelId[]): string {
  return JSON.stringify({ op: "subscribe", subscriptions: ids.map((channelId, id) => ({ id, channelId })) });
}
