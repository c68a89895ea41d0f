// TRANSPORT: the transport of the servers under test.

import { type TransportOptions, transportOptionsNamed, WORKERS } from "./transport_options.ts";
import { type Transport, TRANSPORTS } from "./transports.ts";

/** `"native"`, `"direct"` or `"workers"`: `deno task test:direct` and `test:workers` run the same tests again. */
export const TRANSPORT_NAME: string = Deno.env.get("FOXGLOVE_WS_TEST_TRANSPORT") ?? TRANSPORTS[0];

/** Whether the clients of the servers under test are in workers. */
export const USES_WORKERS: boolean = TRANSPORT_NAME === WORKERS;

/** The options of `FoxgloveServer` that select the transport. */
export const TRANSPORT_OPTIONS: TransportOptions = transportOptionsNamed(TRANSPORT_NAME);

/** The transport. Workers use `"direct"`. */
export const TRANSPORT: Transport = TRANSPORT_OPTIONS.transport;
