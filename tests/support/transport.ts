// TRANSPORT: the transport of the servers under test.

import { type Transport, transportNamed } from "./transports.ts";

/** `"native"`, or `"direct"` in `deno task test:direct`, which runs the same tests again. */
export const TRANSPORT: Transport = transportNamed(Deno.env.get("FOXGLOVE_WS_TEST_TRANSPORT"));
