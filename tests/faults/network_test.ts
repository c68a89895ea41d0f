// A client behind a link that is slow, loses, and breaks.

import { assert } from "@std/assert/assert";
import { MS, within } from "../support/events.ts";
import { Network } from "../support/network.ts";

const LIMIT_MS = 30_000 * MS;

/** What a line says; 0 where it says nothing of it. */
interface Figures {
  received: number;
  missing: number;
  dropped: number;
}

const whyNot = Network.whyNot();

Deno.test({
  name: `A client behind a bad link gets what is new, in order, and comes back when it was cut${
    whyNot ? ` (${whyNot})` : ""
  }`,
  ignore: whyNot !== undefined,
  async fn() {
    await using network = new Network();
    const fixtures = `${import.meta.dirname}/fixtures`;
    const server = network.run("server", "--allow-net", `${fixtures}/network_server.ts`, network.serverAddress);
    const port = (await within(server.next(), "the server")).value;
    const url = `ws://${network.serverAddress}:${port}`;
    const client = network.run("client", "--allow-net", `${fixtures}/network_client.ts`, url);

    await until(server, "connected");
    await until(client, "open");
    const { received } = await count(client, ({ received }) => received >= 100);

    // An eighth of what is published fits through: the rest is dropped by the server, and the client gets the newest.
    network.worsen();
    const { dropped } = await count(server, ({ dropped }) => dropped >= 100);
    const slow = await count(client, (now) => now.missing >= 100 && now.received > received);
    assert(slow.missing >= 100 && dropped >= 100);
    network.improve();
    await count(client, (now) => now.received > slow.received + 200);

    network.cut();
    await until(server, "disconnected");
    await until(client, "reconnecting");
    network.mend();
    await until(client, "open");
    await until(server, "connected");
    await count(client, (now) => now.received >= 100 && now.missing === 0);
  },
});

/** Reads lines until this one. */
async function until(lines: AsyncIterator<string>, wanted: string): Promise<void> {
  const wait = async () => {
    while (true) {
      const { done, value } = await lines.next();
      if (done) throw new Error(`The program ended, and never said "${wanted}"`);
      if (value === wanted) return;
    }
  };
  await within(wait(), `"${wanted}"`, LIMIT_MS);
}

/** Reads lines of figures until they are as wanted. */
async function count(
  lines: AsyncIterator<string>,
  wanted: (figures: Figures) => boolean,
): Promise<Figures> {
  let last = "";
  const wait = async () => {
    while (true) {
      const { done, value } = await lines.next();
      if (done) throw new Error("The program ended");
      last = value;
      const said = [...value.matchAll(/(\w+) (\d+)/g)].map(([, name, number]) => [name, Number(number)]);
      const figures: Figures = { received: 0, missing: 0, dropped: 0, ...Object.fromEntries(said) };
      if (said.length > 0 && wanted(figures)) return figures;
    }
  };
  try {
    return await within(wait(), "figures", LIMIT_MS);
  } catch (error) {
    throw new Error(`The figures were never as wanted: "${last}" was the last line`, { cause: error });
  }
}
