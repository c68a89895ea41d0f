// Addresses: as people read and type them, and as limits count them.

import { assertEquals } from "@std/assert/equals";
import { addressKey, labelOf, nameOf, urlOf } from "../../src/server/address.ts";

const tcp = (hostname: string, port: number): Deno.NetAddr => ({ transport: "tcp", hostname, port });

Deno.test("nameOf() writes each kind of address", () => {
  assertEquals(nameOf(tcp("10.0.0.7", 80)), "10.0.0.7:80");
  assertEquals(nameOf(tcp("fe80::1", 80)), "[fe80::1]:80");
  assertEquals(nameOf({ transport: "unix", path: "/run/robot.sock" }), "/run/robot.sock");
  assertEquals(nameOf({ transport: "vsock", cid: 3, port: 80 }), "vsock 3:80");
  assertEquals(nameOf(undefined), "unknown");
});

Deno.test("X03 urlOf() returns a URL to which clients can connect", () => {
  assertEquals(urlOf(tcp("127.0.0.1", 8765), "ws"), "ws://127.0.0.1:8765");
  assertEquals(urlOf(tcp("::1", 8765), "wss"), "wss://[::1]:8765");
  assertEquals(urlOf(tcp("0.0.0.0", 1), "ws"), "ws://localhost:1");
  assertEquals(urlOf(tcp("::", 1), "ws"), "ws://localhost:1");
});

Deno.test("urlOf() returns a valid URL for a Unix socket, with the path before the second colon", () => {
  const unix = (path: string) => urlOf({ hostname: "", port: 0, path }, "ws");
  assertEquals(unix("/run/robot/ws.sock"), "ws+unix:/run/robot/ws.sock:/");
  const path = "/run/a b:c?d#e%f/ü.sock";
  assertEquals(unix(path), "ws+unix:/run/a%20b%3Ac%3Fd%23e%25f/%C3%BC.sock:/");
  const { pathname, search, hash } = new URL(unix(path));
  assertEquals([decodeURIComponent(pathname.split(":")[0] ?? ""), search, hash], [path, "", ""]);
});

Deno.test("labelOf() returns the path of a Unix socket, and otherwise the URL", () => {
  assertEquals(labelOf({ transport: "unix", hostname: "", port: 0, path: "/run/a b.sock" }, "ws"), "/run/a b.sock");
  assertEquals(labelOf({ transport: "tcp", hostname: "127.0.0.1", port: 8765 }, "wss"), "wss://127.0.0.1:8765");
});

for (
  const [hostname, key] of [
    ["192.0.2.7", "192.0.2.7"],
    // IPv4 clients of a dual-stack socket, in each spelling.
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:FFFF:C000:0207", "192.0.2.7"],
    ["::ffff:0.0.3.4", "0.0.3.4"],
    // Global addresses (2000::/3) count by their /64 network.
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
    ["2001:db8::7", "2001:db8:0:0::/64"],
    ["3fff:ffff::1", "3fff:ffff:0:0::/64"],
    ["2000::1%eth0", "2000:0:0:0::/64"],
    // All other addresses count as a whole.
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["::", "::"],
    ["fd00:0:0::5", "fd00::5"],
    ["1fff:ffff::1", "1fff:ffff::1"],
    ["4000::1", "4000::1"],
    ["64:ff9b::192.0.2.7", "64:ff9b::c000:207"],
    ["::ffff:0:192.0.2.7", "::ffff:0:c000:207"],
    ["fe80:0::1%eth0", "fe80::1%eth0"],
    ["fe80::1%2", "fe80::1%2"],
    // Not an address: a program made it up.
    ["robot", "robot"],
    ["[::1]", "[::1]"],
    ["::1]/[", "::1]/["],
  ] as const
) {
  Deno.test(`addressKey() of "${hostname}" is "${key}"`, () => {
    assertEquals(addressKey(tcp(hostname, 1)), key);
  });
}

Deno.test("addressKey() returns undefined for a peer without an IP address", () => {
  assertEquals(addressKey({ transport: "unix", path: "/run/robot.sock" }), undefined);
  assertEquals(addressKey({ transport: "vsock", cid: 3, port: 80 }), undefined);
  assertEquals(addressKey(undefined), undefined);
});
