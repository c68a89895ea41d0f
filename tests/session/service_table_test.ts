// The services that a server offers.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { ServiceId } from "../../src/protocol/ids.ts";
import type { ServiceSchema } from "../../src/protocol/services.ts";
import { ServiceTable } from "../../src/session/service_table.ts";

const serviceId = (id: number): ServiceId => id as ServiceId;

/** A side of a service without peculiarities. */
function side(encoding: string): ServiceSchema {
  return { encoding, schemaName: "Side", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
}

Deno.test("ServiceTable.add() gives each service an id of its own, and keeps their order", () => {
  const table = new ServiceTable();
  assertEquals(table.add({ name: "/b", type: "B", requestSchema: "" }), {
    id: serviceId(1),
    name: "/b",
    type: "B",
    requestSchema: "",
  });
  const second = table.add({ name: "/a", type: "A", request: side("json") });
  assertEquals(second.id, 2);
  assertEquals([...table.services], [
    [serviceId(1), { id: serviceId(1), name: "/b", type: "B", requestSchema: "" }],
    [serviceId(2), second],
  ]);
});

Deno.test("ServiceTable.add() refuses a name that another service has, and changes nothing", () => {
  const table = new ServiceTable();
  const first = table.add({ name: "/reset", type: "A" });
  assertThrows(
    () => table.add({ name: "/reset", type: "B" }),
    TypeError,
    'Cannot add service "/reset": another service has that name',
  );
  assertEquals([...table.services.values()], [first]);
});

Deno.test("ServiceTable.remove() frees the name, but not the id", () => {
  const table = new ServiceTable();
  const { id } = table.add({ name: "/reset", type: "A" });
  assertEquals(table.remove(id), true);
  assertEquals(table.services.size, 0);
  assertEquals(table.add({ name: "/reset", type: "A" }).id, 2);
});

Deno.test("ServiceTable.remove() says when there is no such service", () => {
  const table = new ServiceTable();
  const { id } = table.add({ name: "/reset", type: "A" });
  assertEquals(table.remove(serviceId(7)), false);
  assertEquals(table.remove(id), true);
  assertEquals(table.remove(id), false);
});

Deno.test("ServiceTable takes __proto__ for a name like any other", () => {
  const table = new ServiceTable();
  table.add({ name: "__proto__", type: "A" });
  assertThrows(() => table.add({ name: "__proto__", type: "A" }), TypeError, "another service has that name");
  assertEquals(table.add({ name: "constructor", type: "A" }).id, 2);
});

Deno.test("ServiceTable.requestEncodings() names each encoding of a live service's requests once", () => {
  const table = new ServiceTable();
  assertEquals(table.requestEncodings(), []);
  const { id } = table.add({ name: "/cdr", type: "A", request: side("cdr"), response: side("protobuf") });
  table.add({ name: "/json", type: "A", request: side("json") });
  table.add({ name: "/json2", type: "A", request: side("json") });
  table.add({ name: "/implied", type: "A", requestSchema: "" });
  assertEquals(table.requestEncodings(), ["cdr", "json"]);
  table.remove(id);
  assertEquals(table.requestEncodings(), ["json"]);
});
