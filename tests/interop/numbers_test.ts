// Parameters with numbers that JSON does not support or changes: how our client reads them from each server.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/client.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { testUnless } from "../support/needed_programs.ts";
import { SCENARIO_LIMIT_MS } from "./scenario.ts";
import {
  missingProgram,
  OUR_SERVER,
  PYTHON_SERVER,
  RUST_SERVER,
  ServerDriver,
  type ServerImplementation,
} from "./server_driver.ts";

const NAMES = ["gains", "offset", "stamp", "stamps"];

const STAMP: Parameter = { name: "stamp", value: 1732648800123456789n };
const LAST = [1, -1732648800123456789n];

/** The values that our client reads. Servers encode NaN and infinities differently, but integers equally. */
const SERVERS: readonly (readonly [server: ServerImplementation, parameters: readonly Parameter[]])[] = [
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

for (const [implementation, expected] of SERVERS) {
  const missing = missingProgram(implementation.needs);
  const title =
    `our client gets NaN, infinities and large integers from ${implementation.name}, and sets large integers`;
  testUnless(missing, title, async () => {
    const errors: unknown[] = [];
    await using server = await ServerDriver.start(implementation);
    const signal = AbortSignal.timeout(SCENARIO_LIMIT_MS);
    await using client = await FoxgloveClient.connect(server.url, {
      signal,
      listener: { onError: (_client, error) => void errors.push(error) },
    });
    const updates = client.subscribeParameters(NAMES, { signal });
    await updates.next();
    await server.execute({ type: "updateSpecialNumbers" });
    assertEquals((await updates.next()).value, expected);
    assertEquals(sorted(await client.getParameters(NAMES, { signal })), expected);
    const changed = { name: "stamp", value: -9223372036854775807n };
    assertEquals(await client.setParameters([changed], { signal }), [changed]);
    assertEquals(errors, []);
    updates.close();
  });
}

function sorted(parameters: readonly Parameter[]): Parameter[] {
  return parameters.toSorted((one, other) => one.name < other.name ? -1 : 1);
}
