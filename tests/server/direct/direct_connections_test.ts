// DirectConnections: which peers it knows.

import { assertEquals } from "@std/assert/equals";
import { DirectConnections } from "../../../src/server/direct/direct_connections.ts";
import type { RawSocket } from "../../../src/server/direct/node_http.ts";
import { TestClock } from "../../support/test_clock.ts";

const PEERS: [name: string, unixPath: string | undefined, socket: Partial<RawSocket>, expected: unknown][] = [
  ["a port", undefined, { remoteAddress: "192.0.2.7", remotePort: 5 }, {
    transport: "tcp",
    hostname: "192.0.2.7",
    port: 5,
  }],
  ["the server's Unix socket", "/run/a", {}, { transport: "unix", path: "/run/a" }],
  ["a Unix socket of the program, or a connection that was reset", undefined, {}, undefined],
];

for (const [name, unixPath, socket, expected] of PEERS) {
  Deno.test(`DirectConnections.accept() finds the peer of ${name}`, () => {
    const options = { handshakeTimeoutMs: 0, clock: new TestClock(), unixPath, tls: false };
    const connections = new DirectConnections(options);
    const raw = { ...socket, on() {}, setNoDelay() {} } as unknown as RawSocket;
    assertEquals(connections.accept(raw).remoteAddr, expected);
  });
}
