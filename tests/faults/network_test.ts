// A client and a server with a link that is slow, loses packets, and breaks.

import { assert } from "@std/assert/assert";
import { MS, within } from "../support/events.ts";
import { Network } from "../support/network.ts";
import { TRANSPORT } from "../support/transport.ts";

const LIMIT_MS = 30_000 * MS;

/** The counters in a line of output; 0 if the line has no such counter. */
interface Figures {
  received: number;
  missing: number;
  dropped: number;
}

const missing = Network.missingRequirement();

Deno.test({
  name: `FoxgloveClient behind a bad link receives recent messages in order, and reconnects after an interruption${
    missing ? ` (${missing})` : ""
  }`,
  ignore: missing !== undefined,
  async fn() {
    await using network = new Network();
    const fixtures = `${import.meta.dirname}/fixtures`;
    const server = network.run(
      "server",
      "--allow-net",
      `${fixtures}/network_server.ts`,
      network.serverAddress,
      TRANSPORT,
    );
    const port = (await within(server.next(), "the server")).value;
    const url = `ws://${network.serverAddress}:${port}`;
    const client = network.run("client", "--allow-net", `${fixtures}/network_client.ts`, url);

    await until(server, "connected");
    await until(client, "open");
    const { received } = await count(client, ({ received }) => received >= 100);

    // The link passes one eighth of the messages. The server drops the others, and the client gets the newest.
    network.degrade();
    const { dropped } = await count(server, ({ dropped }) => dropped >= 100);
    const slow = await count(client, (now) => now.missing >= 100 && now.received > received);
    assert(slow.missing >= 100 && dropped >= 100);
    network.restore();
    await count(client, (now) => now.received > slow.received + 200);

    network.block();
    await until(server, "disconnected");
    await until(client, "reconnecting");
    network.unblock();
    await until(client, "open");
    await until(server, "connected");
    await count(client, (now) => now.received >= 100 && now.missing === 0);
  },
});

/** Reads lines until one equals `expected`. */
async function until(lines: AsyncIterator<string>, expected: string): Promise<void> {
  const wait = async () => {
    while (true) {
      const { done, value } = await lines.next();
      if (done) throw new Error(`The program ended, but did not print "${expected}"`);
      if (value === expected) return;
    }
  };
  await within(wait(), `"${expected}"`, LIMIT_MS);
}

/** Reads lines until their counters satisfy `accepts`. */
async function count(
  lines: AsyncIterator<string>,
  accepts: (figures: Figures) => boolean,
): Promise<Figures> {
  let last = "";
  const wait = async () => {
    while (true) {
      const { done, value } = await lines.next();
      if (done) throw new Error("The program ended");
      last = value;
      const entries = [...value.matchAll(/(\w+) (\d+)/g)].map(([, name, number]) => [name, Number(number)]);
      const figures: Figures = { received: 0, missing: 0, dropped: 0, ...Object.fromEntries(entries) };
      if (entries.length > 0 && accepts(figures)) return figures;
    }
  };
  try {
    return await within(wait(), "figures", LIMIT_MS);
  } catch (error) {
    throw new Error(`The counters never had the expected values; the last line was "${last}"`, { cause: error });
  }
}
