// Many channels and many clients: the time for each subscription and message should not grow with their number.

import { FoxgloveServer } from "../src/server/server.ts";
import type { ChannelId } from "../src/protocol/ids.ts";
import { FakeServerSocket } from "../tests/support/fake_server_socket.ts";

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
      const socket = new FakeServerSocket({ send: (data) => void (typeof data !== "string" && sent++) });
      server.acceptSocket(socket);
      socket.receive(subscribe(ids));
      return socket;
    });
    for (const id of ids) server.sendMessage(id, 1n, "{}");
    for (const socket of sockets) socket.emit("close");
    bench.end();
    if (sent !== subscriptions || server.hasSubscribers(ids[0] as ChannelId)) {
      throw new Error(`${sent} messages were sent`);
    }
  });
}

function subscribe(ids: readonly ChannelId[]): string {
  return JSON.stringify({ op: "subscribe", subscriptions: ids.map((channelId, id) => ({ id, channelId })) });
}
