/**
 * A server on all cores: its clients are spread over several workers, so that one program serves more of them. It needs
 * Deno and Linux.
 *
 * @example
 * ```ts ignore
 * import { serveWorkers } from "@x/foxglove-ws/workers";
 *
 * await using server = await serveWorkers({ name: "my robot", workers: 4 });
 * const battery = server.channel<{ volts: number }>("/battery");
 * setInterval(() => battery.send({ volts: 12.6 }), 100);
 * await server.closed;
 * ```
 *
 * @module
 */

export { serveWorkers, type ServeWorkersOptions } from "./serve_workers.ts";
