// requireOthers(), unnamedNote(): what relay checks of its operands.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { requireOthers, unnamedNote, upstreamOf } from "../../src/cli/relay_upstreams.ts";

for (
  const [hostname, port, url, host] of [
    ["127.0.0.1", 8765, "ws://localhost:8765", "localhost"],
    ["localhost", 8765, "ws://[::1]:8765", "[::1]"],
    ["127.0.0.1", 443, "wss://localhost", "localhost"],
    ["::1", 8765, "ws://localhost:8765", "localhost"],
    ["[0:0::1]", 8765, "ws://[::1]:8765", "[::1]"],
    ["Robot.local", 8765, "ws://robot.local:8765", "robot.local"],
    ["0.0.0.0", 8765, "ws://127.0.0.2:8765", "127.0.0.2"],
    ["[::]", 8765, "ws://[::1]:8765", "[::1]"],
    ["127.0.0.1", 8765, "ws://127.0.0.2:8765", undefined],
    ["127.0.0.1", 8765, "ws://[::1]:8765", undefined],
    ["localhost", 8765, "ws://127.0.0.2:8765", undefined],
    ["10.1.2.3", 8765, "ws://localhost:8765", undefined],
    ["127.0.0.1", 8765, "ws://localhost:8766", undefined],
    ["127.0.0.1", 0, "ws://localhost:80", undefined],
    ["fe80::1%eth0", 8765, "ws://localhost:8765", undefined],
  ] as const
) {
  Deno.test(`relay on ${hostname}:${port} ${host === undefined ? "accepts" : "refuses"} ${url}`, () => {
    const require = () => requireOthers({ hostname, port }, [{ url }]);
    if (host === undefined) require();
    else assertThrows(require, Error, `"${host}:${port}" is the address of this relay itself`);
  });
}

for (
  const [operands, names] of [
    [["10.0.0.1", "wss://r1.example/ws?token=secret"], "robot1=10.0.0.1 robot2=wss://r1.example/ws"],
    [["robot2=a", "b", "robot1=c", " ws://me:secret@d#x"], "robot3=b robot4=ws://d/"],
    [
      ["http://a", "https://app.example/?ds.url=ws%3A%2F%2Fb%3A1%2F%3Ftoken%3Dsecret"],
      "robot1=http://a robot2=ws://b:1/",
    ],
  ] as const
) {
  Deno.test(`relay suggests the names ${names}`, () => {
    const note = unnamedNote(operands, operands.map((operand) => upstreamOf(operand, undefined)));
    assertEquals(note?.split("use names such as ")[1], names);
  });
}
