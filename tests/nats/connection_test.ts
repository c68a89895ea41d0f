// The connection of npm's client fits NatsConnection without a cast, and wrong values are refused.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { type NatsConnection, publishToNats, serveFromNats } from "../../src/nats/mod.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { explainMissing, NATS_FOLDER } from "../../tools/peers.ts";
import { testWith } from "../support/needed_programs.ts";
import { PROJECT } from "../support/project_files.ts";
import { FakeConnection } from "./fake_connection.ts";

const missing = explainMissing("nats");

/** Returns what the type checker says about a program. */
async function checked(source: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.symlink(`${NATS_FOLDER}/node_modules`, `${folder}/node_modules`);
    await Deno.writeTextFile(`${folder}/package.json`, '{"dependencies":{"@nats-io/transport-node":"3.4.0"}}');
    await Deno.writeTextFile(`${folder}/deno.json`, '{"nodeModulesDir":"manual"}');
    await Deno.writeTextFile(`${folder}/program.ts`, source);
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "program.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    }).output();
    return new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

testWith(
  { path: missing === undefined ? NATS_FOLDER : undefined, missing: `npm's client of NATS is ${missing}` },
  "the connection of npm's @nats-io/transport-node fits without a cast",
  async () => {
    const source = `
      import { connect } from "@nats-io/transport-node";
      import type { NatsConnection } from "${PROJECT}src/nats/nats_connection.ts";
      const connection = await connect({ servers: "127.0.0.1:4222" });
      export const fits: NatsConnection = connection;
      // @ts-expect-error This is not a connection.
      export const wrong: NatsConnection = connection.stats();
    `;
    assertEquals(await checked(source), "Check program.ts\n");
  },
);

Deno.test("publishToNats() and serveFromNats() refuse wrong arguments", async () => {
  const server = new FoxgloveServer({ name: "robot" });
  const connection = new FakeConnection();
  const options = { prefix: "fg.robot1" };
  const refusals: [unknown, unknown, object, string][] = [
    [server, {}, options, "the connection has no publish()"],
    [server, connection, { prefix: "a b" }, 'the prefix "a b" must consist of'],
    [server, connection, { prefix: "fg", prefx: 1 }, 'NATS: unknown option "prefx"; did you mean "prefix"?'],
    [server, connection, { prefix: "fg", maxUnconfirmedBytes: 0 }, '"maxUnconfirmedBytes" is 0, not above 0'],
    [{}, connection, options, "not a FoxgloveServer of this copy"],
  ];
  for (const [target, link, wrong, text] of refusals) {
    const [ours, theirs] = [target as FoxgloveServer, link as NatsConnection];
    await assertRejects(() => publishToNats(ours, theirs, wrong as typeof options), Error, text);
    assertThrows(() => serveFromNats(theirs, ours, wrong as typeof options), Error, text);
  }
  assertThrows(() => serveFromNats(connection, server, { ...options, maxAgeMs: 0 }), RangeError, '"maxAgeMs" is 0');
  assertThrows(() => serveFromNats(connection, server, { ...options, namePrefix: "x" }), TypeError, "must begin with");
  for (
    const wrong of [{ namePrefix: "x" }, { latch: ["a*b"] }, { policy: 1 }, { maxCachedAssetBytes: -1 }, { onX: 1 }]
  ) {
    const start = () => serveFromNats(connection, server, { ...options, ...wrong } as typeof options);
    assertThrows(start, Error, "Cannot serve from NATS: ");
    assertThrows(start, Error, Object.keys(wrong)[0]);
  }
  connection.close();
  assertThrows(() => serveFromNats(connection, server, options), TypeError, "the connection is closed");
  await server.close();
});
