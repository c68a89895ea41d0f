// A server of this package with many channels that share a few schemas. Its argument is a plan.

import { FoxgloveServer } from "../../mod.ts";
import { Random } from "../../tests/protocol/random.ts";
import { report } from "./report.ts";
import type { SchemasServerPlan } from "./server_plan.ts";

const SEED = 1;

const { channels, schemas, schemaBytes }: SchemasServerPlan = JSON.parse(Deno.args[0] ?? "");
const server = new FoxgloveServer({ name: "bench", port: 0, logger: false });
const random = new Random(SEED);
const shared = Array.from({ length: schemas }, (_, index) => ({
  schemaName: `bench.Schema${index}`,
  schema: random.bytes(schemaBytes),
}));
for (let index = 0; index < channels; index++) {
  server.addChannel({ topic: `/bench/${index}`, encoding: "protobuf", ...shared[index % schemas]! });
}
report((await server.start()).port);
