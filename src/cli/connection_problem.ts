// connectionProblem(): why a connection could not be opened, in plain words, and what the user can do.

import { connectionFailure } from "../connection_failure.ts";

/** What the command has sent as a token, and where the user sets it. */
export interface TokenUse {
  /** Whether a token was sent: in a header, or in the address. */
  readonly isSent: boolean;
  /** How the user sets it, such as `--token or FOXGLOVE_WS_TOKEN`. */
  readonly sources: string;
}

/** Why a connection could not be opened or has ended. */
export interface ConnectionProblem {
  /** Such as `Cannot connect to ws://robot.local:8765/: no address of that name`. */
  readonly text: string;
  /** What to do; `undefined` if it is not known, or if the server may not be running. */
  readonly cure: string | undefined;
}

/** How users set the token of most commands. */
const COMMAND_SOURCES = "--token or FOXGLOVE_WS_TOKEN";
/** How the error texts of Deno and Bun name the HTTP status of a rejected handshake. Node does not. */
const STATUS = /(?:Invalid status code|Expected 101 status code): (\d{3})$/;

/** What servers and proxies say by the status of their answer to a handshake. */
const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: "the server does not accept this handshake",
  403: "the server does not allow this client",
  404: "the server has nothing at this path",
  426: "the server did not receive a WebSocket handshake, for example because of a proxy",
  500: "the server has failed",
  502: "the proxy cannot reach the server",
  503: "the server accepts no more clients now",
  504: "the proxy cannot reach the server",
};

/** Returns how a command uses a token. `token`: the one for the header. The address may have another one. */
export function tokenUse(url: string | URL, token: string | undefined, sources: string = COMMAND_SOURCES): TokenUse {
  return { isSent: token !== undefined || new URL(url).searchParams.has("token"), sources };
}

/** Explains the error text of a client: see `ConnectionClosedError`. */
export function connectionProblem(error: string, token: TokenUse): ConnectionProblem {
  const { unreachable: address, reason } = connectionFailure(error);
  if (address === undefined) return { text: error, cure: undefined };
  // Without the subprotocols, which are the same for all commands.
  const start = `Cannot connect to ${address}`;
  const doctor = `"foxglove-ws doctor --url ${address}" explains it`;
  const status = Number(STATUS.exec(reason)?.[1] ?? 0);
  if (status === 401) {
    return token.isSent
      ? { text: `${start}: the server has rejected the token (401)`, cure: `check ${token.sources}` }
      : { text: `${start}: the server requires a token, and none was sent (401)`, cure: `use ${token.sources}` };
  }
  if (status !== 0) {
    const answer = STATUS_TEXTS[status] ?? "the server does not answer as a WebSocket server";
    return { text: `${start}: ${answer} (${status})`, cure: doctor };
  }
  switch (reason) {
    case "dns error":
    case "no address of that name":
      return {
        text: `${start}: no address of that name`,
        cure: "check the spelling and the network, or use the IP address",
      };
    case "tcp connect error":
      // Deno does not say whether the host is off, unreachable, or rejects the connection.
      return {
        text: `${start}: the host cannot be reached, or no program accepts connections there`,
        cure: undefined,
      };
    default:
      return { text: `${start}: ${reason}`, cure: isAboutTls(reason) ? doctor : undefined };
  }
}

/** Whether the error is about TLS, so that a program answers. */
function isAboutTls(reason: string): boolean {
  return /certificate|InvalidContentType|\bTLS\b/.test(reason);
}
