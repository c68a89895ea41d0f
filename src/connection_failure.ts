// connectionFailure(): takes apart the error texts of a client that cannot connect, or whose connection was closed.

/** The parts of an error text. */
export interface ConnectionFailure {
  /** The URL if the connection could not be opened; `undefined` if it was open, or if the text has another form. */
  readonly unreachable: string | undefined;
  /** The text without its beginning, up to the reason. */
  readonly reason: string;
}

/** The texts of `ConnectionClosedError`. A URL may contain commas and colons, but no spaces. */
const BEGINNING = /^(?:Cannot connect to (\S+?)(?:, offering [^:]*)?|The connection to \S+ was closed): /;
/** How Deno begins its texts. */
const RUNTIME = /^NetworkError: (?:failed to connect to WebSocket: )?/;

/** Takes apart an error text of a client: see `ConnectionClosedError`. The reason of any other text is the text. */
export function connectionFailure(text: string): ConnectionFailure {
  const [beginning = "", unreachable] = BEGINNING.exec(text) ?? [];
  return { unreachable, reason: text.slice(beginning.length).replace(RUNTIME, "") };
}
