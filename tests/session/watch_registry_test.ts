// WatchRegistry: which clients watch which keys, and which keys gain their first or lose their last client.

import { assertEquals } from "@std/assert/equals";
import { WatchRegistry } from "../../src/session/watch_registry.ts";

Deno.test("WatchRegistry.add() returns the keys that no client watched before", () => {
  const registry = new WatchRegistry<string, string>();
  assertEquals(registry.add("ann", ["a", "b"]), ["a", "b"]);
  assertEquals(registry.add("ben", ["b", "c"]), ["c"]);
  assertEquals(registry.add("ann", ["a", "c"]), []);
});

Deno.test("WatchRegistry.add() counts a key once, however often it is listed", () => {
  const registry = new WatchRegistry<string, string>();
  assertEquals(registry.add("ann", ["a", "a"]), ["a"]);
  assertEquals([...registry.clientsOf("a")], ["ann"]);
  assertEquals(registry.remove("ann", ["a", "a"]), ["a"]);
  assertEquals([...registry.clientsOf("a")], []);
});

Deno.test("WatchRegistry.add() accepts any iterable, and no keys", () => {
  const registry = new WatchRegistry<string, string>();
  assertEquals(registry.add("ann", new Set(["a"])), ["a"]);
  assertEquals(registry.add("ben", []), []);
  assertEquals(registry.removeClient("ben"), []);
  assertEquals([...registry.clientsOf("a")], ["ann"]);
});

Deno.test("WatchRegistry.remove() returns the keys that no client watches any more", () => {
  const registry = new WatchRegistry<string, string>();
  registry.add("ann", ["a", "b", "c"]);
  registry.add("ben", ["b"]);
  assertEquals(registry.remove("ann", ["a", "b"]), ["a"]);
  assertEquals(registry.remove("ben", ["b"]), ["b"]);
});

Deno.test("WatchRegistry.remove() ignores keys that the client does not watch", () => {
  const registry = new WatchRegistry<string, string>();
  registry.add("ann", ["a"]);
  assertEquals(registry.remove("ben", ["a"]), [], "a client that watches nothing");
  registry.add("ben", ["b"]);
  assertEquals(registry.remove("ben", ["a", "x"]), [], "a client that watches something else");
  assertEquals([...registry.clientsOf("a")], ["ann"]);
  assertEquals([...registry.clientsOf("b")], ["ben"]);
});

Deno.test("WatchRegistry.add() returns a key again after its last client was removed", () => {
  const registry = new WatchRegistry<string, string>();
  registry.add("ann", ["a"]);
  registry.remove("ann", ["a"]);
  assertEquals(registry.add("ben", ["a"]), ["a"]);
});

Deno.test("WatchRegistry.removeClient() removes all keys of the client, and returns those that no client watches any more", () => {
  const registry = new WatchRegistry<string, string>();
  registry.add("ann", ["a", "b", "c"]);
  registry.add("ben", ["b"]);
  assertEquals(registry.removeClient("ann"), ["a", "c"]);
  assertEquals([...registry.clientsOf("b")], ["ben"]);
  assertEquals(registry.removeClient("ann"), [], "a client that was removed");
  assertEquals(registry.removeClient("cid"), [], "a client that never watched anything");
});

Deno.test("WatchRegistry.clientsOf() lists the clients of a key in the order in which they were added", () => {
  const registry = new WatchRegistry<string, string>();
  registry.add("ben", ["a"]);
  registry.add("ann", ["a", "b"]);
  registry.add("ben", ["a"]);
  assertEquals([...registry.clientsOf("a")], ["ben", "ann"]);
  assertEquals([...registry.clientsOf("b")], ["ann"]);
  assertEquals([...registry.clientsOf("c")], []);
});

Deno.test("WatchRegistry.has() returns whether any client watches a key", () => {
  const registry = new WatchRegistry<string, string>();
  assertEquals(registry.has("a"), false);
  registry.add("ann", ["a"]);
  registry.add("ben", ["a"]);
  registry.remove("ann", ["a"]);
  assertEquals(registry.has("a"), true);
  registry.removeClient("ben");
  assertEquals(registry.has("a"), false);
});

Deno.test("WatchRegistry distinguishes clients by identity, and accepts any name as a key", () => {
  const registry = new WatchRegistry<object, string>();
  const [one, other] = [{}, {}];
  assertEquals(registry.add(one, ["__proto__", "constructor"]), ["__proto__", "constructor"]);
  assertEquals(registry.add(other, ["__proto__"]), []);
  assertEquals(registry.removeClient(one), ["constructor"]);
  assertEquals(registry.removeClient(other), ["__proto__"]);
});

Deno.test("WatchRegistry.countWith() counts each key once, and adds none", () => {
  const registry = new WatchRegistry<string, string>();
  registry.add("one", ["a", "b"]);
  assertEquals([registry.countWith("one", ["b", "c", "c"]), registry.countWith("two", ["a"])], [3, 1]);
  assertEquals([registry.countWith("one", []), registry.has("c")], [2, false]);
});
