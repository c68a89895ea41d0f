// The transports of a server, for tests and programs that take one as an option.

/** All transports. The first one is the default. */
export const TRANSPORTS = ["native", "direct"] as const;
/** See `FoxgloveServerOptions.transport`. */
export type Transport = typeof TRANSPORTS[number];

/** Reads an option. Returns the default if it is absent, and `undefined` if it does not name a transport. */
export function readTransport(name: string | undefined): Transport | undefined {
  return name === undefined ? TRANSPORTS[0] : TRANSPORTS.find((each) => each === name);
}

/**
 * Reads the argument of a program that a test starts.
 *
 * @throws {TypeError} If it does not name a transport.
 */
export function transportNamed(name: string | undefined): Transport {
  const transport = readTransport(name);
  if (!transport) throw new TypeError(`Cannot use transport "${name}": it is not one of ${TRANSPORTS.join(", ")}`);
  return transport;
}
