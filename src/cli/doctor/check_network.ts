// checkAddress() and checkNetwork(): whether apps may open the address, and whether a program listens there.

import { textOf } from "../../error_text.ts";
import { durationText } from "../../quantities.ts";
import { type Endpoint, labelOf } from "./endpoint.ts";
import { failed, type Finding, passed, warning } from "../../app_checks/finding.ts";
import { isTimeout, RawConnection } from "./raw_connection.ts";

/** Checks whether browsers let pages open the address. */
export function checkAddress({ isSecure, isLoopback }: Endpoint): Finding {
  if (isSecure) return passed("address", "wss://: pages over http and https may open it");
  if (isLoopback) return passed("address", "this machine: pages may open it (Chromium asks first)");
  return warning(
    "address",
    "Most browsers do not let https://app.foxglove.dev open a ws:// address of another machine (mixed content)",
    "use wss://, or an app that is not a page over https: a desktop app, or Lichtblick over http://",
  );
}

/** Opens a TCP connection. */
export async function checkNetwork(endpoint: Endpoint): Promise<Finding> {
  const start = performance.now();
  try {
    using _connection = await RawConnection.open(endpoint, false);
    return passed("network", `${labelOf(endpoint)} accepts connections, in ${durationText(performance.now() - start)}`);
  } catch (error) {
    endpoint.signal.throwIfAborted();
    return explain(endpoint, error);
  }
}

function explain(endpoint: Endpoint, error: unknown): Finding {
  const { hostname, port, isLoopback, timeoutMs } = endpoint;
  const label = labelOf(endpoint);
  if (isTimeout(error)) {
    return failed(
      "network",
      `${label} does not answer within ${durationText(timeoutMs)}`,
      `check the address, and whether a firewall blocks port ${port}`,
    );
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return failed(
        "network",
        `The name "${hostname}" has no address`,
        "check the spelling and the network, or use the IP address of the server",
      );
    case "ECONNREFUSED": {
      const reach = 'a server on 127.0.0.1 serves only its own machine, so set its hostname to "0.0.0.0"';
      return failed(
        "network",
        `No program listens on ${label}`,
        `start the server, or name its port with --url${isLoopback ? "" : `; ${reach}`}`,
      );
    }
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return failed(
        "network",
        `No network route leads to ${hostname}`,
        "connect this machine to the network of the server",
      );
    case "EPERM":
    case "EACCES":
      return failed("network", `This program may not connect to ${label}`, `run it with --allow-net=${hostname}`);
    default:
      return failed("network", `Cannot connect to ${label}: ${textOf(error)}`, "check the address and the network");
  }
}
