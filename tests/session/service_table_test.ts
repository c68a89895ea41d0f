// ServiceTable: the services that a server offers.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import type { ServiceId } from "../../src/protocol/ids.ts";
import type { Service, ServiceSchema } from "../../src/protocol/services.ts";
import { ServiceTable } from "../../src/session/service_table.ts";

const serviceId = (id: number): ServiceId => id as ServiceId;

/** A plain request or response schema. */
function side(encoding: string): ServiceSchema {
  return { encoding, schemaName: "Side", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
}

function add(table: ServiceTable, service: Omit<Service, "id">): Service {
  return table.addAll([service])[0]!;
}

Deno.test("ServiceTable.addAll() gives each service its own id, and keeps the order", () => {
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

Deno.test("ServiceTable.addAll() rejects a name that is in use, and changes nothing", () => {
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

Deno.test("ServiceTable.remove() returns undefined for an unknown service", () => {
  const table = new ServiceTable();
  const { id } = add(table, { name: "/reset", type: "A" });
  assertEquals(table.remove(serviceId(7)), undefined);
  assertEquals(table.remove(id)?.id, id);
  assertEquals(table.remove(id), undefined);
});

Deno.test("ServiceTable treats __proto__ as an ordinary name", () => {
  const table = new ServiceTable();
  add(table, { name: "__proto__", type: "A" });
  assertThrows(() => add(table, { name: "__proto__", type: "A" }), TypeError, "another service has that name");
  assertEquals(add(table, { name: "constructor", type: "A" }).id, 2);
});

Deno.test("ServiceTable.requestEncodings() returns each request encoding of the current services once", () => {
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

Deno.test("ServiceTable.requestEncodings() returns the same array until a service is added or removed", () => {
  const table = new ServiceTable();
  const [added] = table.addAll([{ name: "/a", type: "A", request: side("json") }]);
  const encodings = table.requestEncodings();
  assertStrictEquals(table.requestEncodings(), encodings);
  table.addAll([{ name: "/b", type: "B", request: side("cdr") }]);
  assertEquals(table.requestEncodings(), ["json", "cdr"]);
  table.remove(added!.id);
  assertEquals(table.requestEncodings(), ["cdr"]);
});
