// publishToNats(): passes everything that a server has to NATS.

import { textOf } from "../error_text.ts";
import { extensionPointsOf } from "../server/extensions.ts";
import type { FoxgloveServer } from "../server/server.ts";
import { StateStream } from "./jet_stream.ts";
import { checkConnection, type NatsConnection } from "./nats_connection.ts";
import { type PublishToNatsOptions, resolvePublishOptions } from "./nats_options.ts";
import { CANNOT, type NatsPublication, usedTwice } from "./nats_publication.ts";
import { RobotPublication } from "./robot_publication.ts";
import { Subjects } from "./subjects.ts";

/** How long to wait for another robot with the same prefix, in ms. If there is none, NATS says so at once. */
const HELLO_MS = 1000;

/**
 * Publishes a server to NATS, so that any number of edges can serve it: see `serveFromNats()`. Its channels, latched
 * messages, services, parameters, assets, connection graph, time, statuses and playback are passed on. Clients of the
 * edges can publish. A message is sent only while an edge uses its channel, and once for all edges.
 *
 * To the server, all edges together are one client with an identity. NATS needs JetStream, which keeps the state.
 *
 * The example has no NATS. With npm's client, it is `await connect({ servers, maxReconnectAttempts: -1 })`.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { type NatsConnection, publishToNats } from "@x/foxglove-ws/nats";
 *
 * async function publishRobot(connection: NatsConnection): Promise<void> {
 *   const server = new FoxgloveServer({ name: "robot 1" });
 *   const publication = await publishToNats(server, connection, { prefix: "fg.robot1" });
 *   setInterval(() => server.publish("/battery", { volts: 12.6 }), 100);
 *   console.log(await publication.closed);
 * }
 * ```
 *
 * @param server It need not listen.
 * @param connection Belongs to the program, which closes it.
 * @throws {TypeError} When an option is not valid, or the connection is closed.
 * @throws {RangeError} When a number is out of range.
 * @throws {Error} When another robot uses the prefix, or NATS has no JetStream.
 */
export async function publishToNats(
  server: FoxgloveServer,
  connection: NatsConnection,
  options: PublishToNatsOptions,
): Promise<NatsPublication> {
  const resolved = resolvePublishOptions(options);
  checkConnection(CANNOT, connection);
  const subjects = new Subjects(CANNOT, resolved.prefix);
  const points = extensionPointsOf(server);
  if (!points) throw new TypeError(`${CANNOT}: the server is not a FoxgloveServer of this copy of the package`);
  if (await isAnswered(connection, subjects)) throw usedTwice(subjects);
  const stream = new StateStream(connection, subjects);
  try {
    await stream.create();
    await stream.clear();
  } catch (cause) {
    throw new Error(`${CANNOT}: ${textOf(cause)}`, { cause });
  }
  return new RobotPublication(server, connection, points, subjects, stream, resolved);
}

/** Whether a robot with this prefix exists. One whose connection is lost does not answer. */
async function isAnswered(connection: NatsConnection, { hello }: Subjects): Promise<boolean> {
  try {
    await connection.request(hello, "", { timeout: HELLO_MS });
    return true;
  } catch {
    return false;
  }
}
