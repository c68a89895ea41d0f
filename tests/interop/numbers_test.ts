// Parameters with numbers that JSON lacks or changes: what our client makes of the way in which each server sends them.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/client.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { CASE_LIMIT_MS } from "./meeting.ts";
import { missing, OUR_SERVER, PYTHON_SERVER, RUST_SERVER, type ServerKind, ServerPeer } from "./server_peer.ts";

const IS_REQUIRED = Deno.env.get("CI") === "true";
const NAMES = ["gains", "offset", "stamp", "stamps"];

const STAMP: Parameter = { name: "stamp", value: 1732648800123456789n };
const LAST = [1, -1732648800123456789n];

/** What comes of each server's NaN and infinities; the integers are the same everywhere. */
const SERVERS: readonly (readonly [server: ServerKind, parameters: readonly Parameter[]])[] = [
  [OUR_SERVER, [{ name: "gains", value: [0.1, NaN, NaN] }, STAMP, { name: "stamps", value: { last: LAST } }]],
  [RUST_SERVER, [
    { name: "gains", value: [0.1, NaN, NaN], type: "float64_array" },
    { name: "offset", type: "float64" },
    STAMP,
    { name: "stamps", value: { last: LAST } },
  ]],
  [PYTHON_SERVER, [
    { name: "gains", value: [0.1, NaN, Infinity] },
    { name: "offset", value: NaN },
    STAMP,
    { name: "stamps", value: { last: LAST, error: NaN } },
  ]],
];

for (const [kind, expected] of SERVERS) {
  const lack = missing(kind.needs);
  Deno.test({
    name: `our client gets NaN, infinities and large integers from ${kind.name}, and sets large integers`,
    ignore: lack !== undefined && !IS_REQUIRED,
    async fn() {
      if (lack !== undefined) throw new Error(`Cannot meet: ${lack}`);
      const errors: unknown[] = [];
      const signal = AbortSignal.timeout(CASE_LIMIT_MS);
      await using server = await ServerPeer.start(kind);
      await using client = await FoxgloveClient.connect(server.url, {
        signal,
        listener: { onError: (_client, error) => void errors.push(error) },
      });
      const updates = client.subscribeParameters(NAMES, { signal });
      await updates.next();
      await server.do({ do: "oddNumbers" });
      assertEquals((await updates.next()).value, expected);
      assertEquals(sorted(await client.getParameters(NAMES, { signal })), expected);
      const changed = { name: "stamp", value: -9223372036854775807n };
      assertEquals(await client.setParameters([changed], { signal }), [changed]);
      assertEquals(errors, []);
      updates.close();
    },
  });
}

function sorted(parameters: readonly Parameter[]): Parameter[] {
  return parameters.toSorted((one, other) => one.name < other.name ? -1 : 1);
}
