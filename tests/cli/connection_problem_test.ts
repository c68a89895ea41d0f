// connectionProblem(): why a connection could not be opened, in plain words.

import { assertEquals } from "@std/assert/equals";
import { connectionProblem, tokenUse } from "../../src/cli/connection_problem.ts";

const START = "Cannot connect to ws://robot:8765/";
const DENO = ", offering foxglove.sdk.v1.1, foxglove.websocket.v1: NetworkError: failed to connect to WebSocket: ";
const DOCTOR = '"foxglove-ws doctor --url ws://robot:8765/" explains it';
const ADDRESS_CURE = "check the spelling and the network, or use the IP address";

for (
  const [reason, text, cure] of [
    [`${DENO}Invalid status code: 403`, "the server does not allow this client (403)", DOCTOR],
    [`${DENO}Invalid status code: 404`, "the server has nothing at this path (404)", DOCTOR],
    [`${DENO}Invalid status code: 503`, "the server accepts no more clients now (503)", DOCTOR],
    [`${DENO}Invalid status code: 200`, "the server does not answer as a WebSocket server (200)", DOCTOR],
    // Bun.
    [": Expected 101 status code: 418", "the server does not answer as a WebSocket server (418)", DOCTOR],
    [`${DENO}dns error`, "no address of that name", ADDRESS_CURE],
    [": no address of that name", "no address of that name", ADDRESS_CURE],
    [`${DENO}tcp connect error`, "the host cannot be reached, or no program accepts connections there", undefined],
    [": connection refused", "connection refused", undefined],
    [`${DENO}invalid peer certificate: UnknownIssuer`, "invalid peer certificate: UnknownIssuer", DOCTOR],
    // Node.
    [": Received network error or non-101 status code", "Received network error or non-101 status code", undefined],
  ] as const
) {
  Deno.test(`connectionProblem() explains "${reason.split(": ").slice(-2).join(": ")}"`, () => {
    const problem = connectionProblem(START + reason, tokenUse("ws://robot:8765/", undefined));
    assertEquals(problem, { text: `${START}: ${text}`, cure });
  });
}

Deno.test("connectionProblem() says whether a token was sent, and where users set it", () => {
  const error = `${START}${DENO}Invalid status code: 401`;
  const url = "ws://robot:8765/?token=secret";
  assertEquals(connectionProblem(error, tokenUse("ws://robot:8765/", undefined)), {
    text: `${START}: the server requires a token, and none was sent (401)`,
    cure: "use --token or FOXGLOVE_WS_TOKEN",
  });
  for (const token of [tokenUse(url, undefined, "the file"), tokenUse("ws://robot:8765/", "secret", "the file")]) {
    assertEquals(connectionProblem(error, token), {
      text: `${START}: the server has rejected the token (401)`,
      cure: "check the file",
    });
  }
});

Deno.test("connectionProblem() leaves other texts unchanged", () => {
  const text = "The connection to ws://robot:8765/ was closed: code 1001";
  assertEquals(connectionProblem(text, tokenUse("ws://robot:8765/", undefined)), { text, cure: undefined });
});
