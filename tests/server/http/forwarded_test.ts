// originOf(): how it reads X-Forwarded-For, and which entries it trusts.

import { assertEquals } from "@std/assert/equals";
import { originOf } from "../../../src/server/http/forwarded.ts";

const PEER = { transport: "tcp", hostname: "127.0.0.1", port: 4000 } as const;

function origin(header: string | undefined, trustedProxies: number): string | undefined {
  const request = new Request(
    "http://localhost/",
    header === undefined ? {} : { headers: { "x-forwarded-for": header } },
  );
  const address = originOf(request, PEER, trustedProxies);
  return address && "hostname" in address ? `${address.hostname} ${address.port}` : undefined;
}

for (
  const [header, trusted, expected] of [
    ["192.0.2.7", 0, "127.0.0.1 4000"],
    ["192.0.2.7", 1, "192.0.2.7 0"],
    ["10.0.0.1, 192.0.2.7", 1, "192.0.2.7 0"],
    ["10.0.0.1,192.0.2.7", 2, "10.0.0.1 0"],
    ["192.0.2.7:5000", 1, "192.0.2.7 0"],
    ["2001:DB8:0::7", 1, "2001:db8::7 0"],
    ["[2001:db8::7]", 1, "2001:db8::7 0"],
    ["[2001:db8::7]:5000", 1, "2001:db8::7 0"],
    // For an unreadable header it returns the address of the proxy, which is known.
    [undefined, 1, "127.0.0.1 4000"],
    ["", 1, "127.0.0.1 4000"],
    ["192.0.2.7", 2, "127.0.0.1 4000"],
    ["unknown", 1, "127.0.0.1 4000"],
    ["_hidden", 1, "127.0.0.1 4000"],
    ["999.0.2.7", 1, "127.0.0.1 4000"],
    ["192.0.2", 1, "127.0.0.1 4000"],
    ["example.com", 1, "127.0.0.1 4000"],
    ["192.0.2.7/x@y", 1, "127.0.0.1 4000"],
    ["[::1]/[::2]", 1, "127.0.0.1 4000"],
    ["::1]/[", 1, "127.0.0.1 4000"],
    ["[::1", 1, "127.0.0.1 4000"],
    ["192.0.2.7, ", 1, "127.0.0.1 4000"],
  ] as const
) {
  Deno.test(`originOf() of "${header}" behind ${trusted} trusted proxies is ${expected}`, () => {
    assertEquals(origin(header, trusted), expected);
  });
}

Deno.test("originOf() of a request without a known peer is the address from the proxy, or undefined", () => {
  const request = new Request("http://localhost/", { headers: { "x-forwarded-for": "192.0.2.7" } });
  assertEquals(originOf(request, undefined, 0), undefined);
  assertEquals(originOf(request, undefined, 1), { transport: "tcp", hostname: "192.0.2.7", port: 0 });
});
