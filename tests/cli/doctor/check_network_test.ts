// checkAddress() and checkNetwork(): addresses that a child process of a test cannot reach.

import { assertEquals } from "@std/assert/equals";
import { checkAddress, checkNetwork } from "../../../src/cli/doctor/check_network.ts";
import { type Endpoint, endpointOf } from "../../../src/cli/doctor/endpoint.ts";

function endpoint(url: string, timeoutMs = 1000): Endpoint {
  return endpointOf(url, { token: undefined, timeoutMs, signal: new AbortController().signal });
}

for (const url of ["ws://localhost:8765", "ws://127.0.0.1", "ws://[::1]:8765", "wss://robot.example"]) {
  Deno.test(`checkAddress() accepts ${url}`, () => assertEquals(checkAddress(endpoint(url)).level, "ok"));
}

for (const url of ["ws://robot.local:8765", "ws://192.0.2.7"]) {
  Deno.test(`checkAddress() finds mixed content for ${url}`, () => {
    const { level, text } = checkAddress(endpoint(url));
    assertEquals([level, text.endsWith("(mixed content)")], ["warning", true]);
  });
}

Deno.test("endpointOf() adds the default port of the scheme, and removes the brackets of IPv6", () => {
  const { hostname, host, port, path, isSecure } = endpoint("wss://[::1]/ws?a=b");
  assertEquals({ hostname, host, port, path, isSecure }, {
    hostname: "::1",
    host: "[::1]",
    port: 443,
    path: "/ws?a=b",
    isSecure: true,
  });
});

Deno.test("checkNetwork() ends when the user stops the command", async () => {
  const reason = new DOMException("stopped", "AbortError");
  const { promise } = Promise.withResolvers<never>();
  const signal = AbortSignal.abort(reason);
  const stopped = checkNetwork({ ...endpoint("ws://127.0.0.1:1"), signal }).catch((error) => error);
  assertEquals(await Promise.race([stopped, promise]), reason);
});
