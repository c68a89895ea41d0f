// Who wants what, and when a key gains its first or loses its last client.

import { assertEquals } from "@std/assert/equals";
import { WatchRegistry } from "../../src/session/watch_registry.ts";

Deno.test("WatchRegistry.add() returns the keys that nobody wanted before", () => {
  const interest = new WatchRegistry<string, string>();
  assertEquals(interest.add("ann", ["a", "b"]), ["a", "b"]);
  assertEquals(interest.add("ben", ["b", "c"]), ["c"]);
  assertEquals(interest.add("ann", ["a", "c"]), []);
});

Deno.test("WatchRegistry.add() counts a key once, however often it is named", () => {
  const interest = new WatchRegistry<string, string>();
  assertEquals(interest.add("ann", ["a", "a"]), ["a"]);
  assertEquals([...interest.clientsOf("a")], ["ann"]);
  assertEquals(interest.remove("ann", ["a", "a"]), ["a"]);
  assertEquals([...interest.clientsOf("a")], []);
});

Deno.test("WatchRegistry.add() takes any iterable, and no keys at all", () => {
  const interest = new WatchRegistry<string, string>();
  assertEquals(interest.add("ann", new Set(["a"])), ["a"]);
  assertEquals(interest.add("ben", []), []);
  assertEquals(interest.removeClient("ben"), []);
  assertEquals([...interest.clientsOf("a")], ["ann"]);
});

Deno.test("WatchRegistry.remove() returns the keys that nobody wants now", () => {
  const interest = new WatchRegistry<string, string>();
  interest.add("ann", ["a", "b", "c"]);
  interest.add("ben", ["b"]);
  assertEquals(interest.remove("ann", ["a", "b"]), ["a"]);
  assertEquals(interest.remove("ben", ["b"]), ["b"]);
});

Deno.test("WatchRegistry.remove() passes over keys that the client did not want", () => {
  const interest = new WatchRegistry<string, string>();
  interest.add("ann", ["a"]);
  assertEquals(interest.remove("ben", ["a"]), [], "a client that wants nothing");
  interest.add("ben", ["b"]);
  assertEquals(interest.remove("ben", ["a", "x"]), [], "a client that wants something else");
  assertEquals([...interest.clientsOf("a")], ["ann"]);
  assertEquals([...interest.clientsOf("b")], ["ben"]);
});

Deno.test("WatchRegistry.add() returns a key again after its last client was removed", () => {
  const interest = new WatchRegistry<string, string>();
  interest.add("ann", ["a"]);
  interest.remove("ann", ["a"]);
  assertEquals(interest.add("ben", ["a"]), ["a"]);
});

Deno.test("WatchRegistry.removeClient() removes all that the client wanted, and returns what nobody wants now", () => {
  const interest = new WatchRegistry<string, string>();
  interest.add("ann", ["a", "b", "c"]);
  interest.add("ben", ["b"]);
  assertEquals(interest.removeClient("ann"), ["a", "c"]);
  assertEquals([...interest.clientsOf("b")], ["ben"]);
  assertEquals(interest.removeClient("ann"), [], "once more");
  assertEquals(interest.removeClient("cid"), [], "a client that never wanted anything");
});

Deno.test("WatchRegistry.clientsOf() lists a key's clients in the order in which they came", () => {
  const interest = new WatchRegistry<string, string>();
  interest.add("ben", ["a"]);
  interest.add("ann", ["a", "b"]);
  interest.add("ben", ["a"]);
  assertEquals([...interest.clientsOf("a")], ["ben", "ann"]);
  assertEquals([...interest.clientsOf("b")], ["ann"]);
  assertEquals([...interest.clientsOf("c")], []);
});

Deno.test("WatchRegistry.has() says whether anybody wants a key", () => {
  const interest = new WatchRegistry<string, string>();
  assertEquals(interest.has("a"), false);
  interest.add("ann", ["a"]);
  interest.add("ben", ["a"]);
  interest.remove("ann", ["a"]);
  assertEquals(interest.has("a"), true);
  interest.removeClient("ben");
  assertEquals(interest.has("a"), false);
});

Deno.test("WatchRegistry tells clients apart by identity, and takes any name for a key", () => {
  const interest = new WatchRegistry<object, string>();
  const [one, other] = [{}, {}];
  assertEquals(interest.add(one, ["__proto__", "constructor"]), ["__proto__", "constructor"]);
  assertEquals(interest.add(other, ["__proto__"]), []);
  assertEquals(interest.removeClient(one), ["constructor"]);
  assertEquals(interest.removeClient(other), ["__proto__"]);
});

Deno.test("WatchRegistry.countWith() counts each key once, and adds none", () => {
  const interest = new WatchRegistry<string, string>();
  interest.add("one", ["a", "b"]);
  assertEquals([interest.countWith("one", ["b", "c", "c"]), interest.countWith("two", ["a"])], [3, 1]);
  assertEquals([interest.countWith("one", []), interest.has("c")], [2, false]);
});
