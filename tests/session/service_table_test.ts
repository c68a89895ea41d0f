// The services that a server offers.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import type { ServiceId } from "../../src/protocol/ids.ts";
import type { Service, ServiceSchema } from "../../src/protocol/services.ts";
import { ServiceTable } from "../../src/session/service_table.ts";

const serviceId = (id: number): ServiceId => id as ServiceId;

/** A side of a service without peculiarities. */
function side(encoding: string): ServiceSchema {
  return { encoding, schemaName: "Side", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
}

function add(table: ServiceTable, service: Omit<Service, "id">): Service {
  return table.addAll([service])[0]!;
}

Deno.test("ServiceTable.add() gives each service an id of its own, and keeps their order", () => {
  const table = new ServiceTable();
  assertEquals(add(table, { name: "/b", type: "B", requestSchema: "" }), {
    id: serviceId(1),
    name: "/b",
    type: "B",
    requestSchema: "",
  });
  const second = add(table, { name: "/a", type: "A", request: side("json") });
  assertEquals(second.id, 2);
  assertEquals([...table.services], [
    [serviceId(1), { id: serviceId(1), name: "/b", type: "B", requestSchema: "" }],
    [serviceId(2), second],
  ]);
});

Deno.test("ServiceTable.add() refuses a name that another service has, and changes nothing", () => {
  const table = new ServiceTable();
  const first = add(table, { name: "/reset", type: "A" });
  assertThrows(
    () => add(table, { name: "/reset", type: "B" }),
    TypeError,
    'Cannot add service "/reset": another service has that name',
  );
  assertEquals([...table.services.values()], [first]);
});

Deno.test("ServiceTable.remove() frees the name, but not the id", () => {
  const table = new ServiceTable();
  const { id } = add(table, { name: "/reset", type: "A" });
  assertEquals(table.remove(id), { id, name: "/reset", type: "A" });
  assertEquals(table.services.size, 0);
  assertEquals(add(table, { name: "/reset", type: "A" }).id, 2);
});

Deno.test("ServiceTable.remove() returns undefined when there is no such service", () => {
  const table = new ServiceTable();
  const { id } = add(table, { name: "/reset", type: "A" });
  assertEquals(table.remove(serviceId(7)), undefined);
  assertEquals(table.remove(id)?.id, id);
  assertEquals(table.remove(id), undefined);
});

Deno.test("ServiceTable takes __proto__ for a name like any other", () => {
  const table = new ServiceTable();
  add(table, { name: "__proto__", type: "A" });
  assertThrows(() => add(table, { name: "__proto__", type: "A" }), TypeError, "another service has that name");
  assertEquals(add(table, { name: "constructor", type: "A" }).id, 2);
});

Deno.test("ServiceTable.requestEncodings() names each encoding of a live service's requests once", () => {
  const table = new ServiceTable();
  assertEquals(table.requestEncodings(), []);
  const { id } = add(table, { name: "/cdr", type: "A", request: side("cdr"), response: side("protobuf") });
  add(table, { name: "/json", type: "A", request: side("json") });
  add(table, { name: "/json2", type: "A", request: side("json") });
  add(table, { name: "/implied", type: "A", requestSchema: "" });
  assertEquals(table.requestEncodings(), ["cdr", "json"]);
  table.remove(id);
  assertEquals(table.requestEncodings(), ["json"]);
});

Deno.test("ServiceTable.requestEncodings() is put together once, until a service comes or goes", () => {
  const table = new ServiceTable();
  const [added] = table.addAll([{ name: "/a", type: "A", request: side("json") }]);
  const encodings = table.requestEncodings();
  assertStrictEquals(table.requestEncodings(), encodings);
  table.addAll([{ name: "/b", type: "B", request: side("cdr") }]);
  assertEquals(table.requestEncodings(), ["json", "cdr"]);
  table.remove(added!.id);
  assertEquals(table.requestEncodings(), ["cdr"]);
});
