// Addresses as people read and type them.

import { assertEquals } from "@std/assert/equals";
import { nameOf, urlOf } from "../../src/server/address.ts";

const tcp = (hostname: string, port: number): Deno.NetAddr => ({ transport: "tcp", hostname, port });

Deno.test("nameOf() writes each kind of address", () => {
  assertEquals(nameOf(tcp("10.0.0.7", 80)), "10.0.0.7:80");
  assertEquals(nameOf(tcp("fe80::1", 80)), "[fe80::1]:80");
  assertEquals(nameOf({ transport: "unix", path: "/run/robot.sock" }), "/run/robot.sock");
  assertEquals(nameOf({ transport: "vsock", cid: 3, port: 80 }), "vsock 3:80");
  assertEquals(nameOf(undefined), "unknown");
});

Deno.test("X03 urlOf() names an address that can be connected to", () => {
  assertEquals(urlOf(tcp("127.0.0.1", 8765), "ws"), "ws://127.0.0.1:8765");
  assertEquals(urlOf(tcp("::1", 8765), "wss"), "wss://[::1]:8765");
  assertEquals(urlOf(tcp("0.0.0.0", 1), "ws"), "ws://localhost:1");
  assertEquals(urlOf(tcp("::", 1), "ws"), "ws://localhost:1");
});
