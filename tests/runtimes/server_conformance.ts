// Conformance of the server: the cases that FoxgloveServer must pass in every runtime with node:http.
//
// This file and its imports use only the web platform and modules of Node, because they run in Node and Bun.

import { DIRECT_CASES } from "./server_cases/direct.ts";
import { LIFECYCLE_CASES } from "./server_cases/lifecycle.ts";
import { HTTP_CASES } from "./server_cases/http.ts";
import { PLATFORM_CASES } from "./server_cases/platform.ts";
import { PROTOCOL_CASES } from "./server_cases/protocol.ts";
import { STATUS_CASES } from "./server_cases/status.ts";
import { TLS_CASES } from "./server_cases/tls.ts";
import { UNIX_SOCKET_CASES } from "./server_cases/unix_socket.ts";
import { type Runtime, type ServerCases, ServerFixture } from "./server_fixture.ts";

/** All cases, by name. */
export const SERVER_CASES: ServerCases = {
  ...LIFECYCLE_CASES,
  ...PROTOCOL_CASES,
  ...HTTP_CASES,
  ...STATUS_CASES,
  ...TLS_CASES,
  ...DIRECT_CASES,
  ...UNIX_SOCKET_CASES,
  ...PLATFORM_CASES,
};

/** Runs one case. Returns its error as text, or `""`. */
export async function runServerCase(
  name: string,
  runtime: Runtime,
  transport: "native" | "direct",
): Promise<string> {
  const fixture = new ServerFixture(runtime, transport);
  try {
    await SERVER_CASES[name]!(fixture);
    return "";
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return `${error}${error.cause ? `, caused by ${error.cause}` : ""}\n${error.stack}`;
  } finally {
    await fixture.close();
  }
}
