// The time that one answer with metrics or statistics takes, compared with publishing: 200 topics and 100 clients.

import { FoxgloveServer } from "../src/server/server.ts";
import { FakeServerSocket } from "../tests/support/fake_server_socket.ts";

const TOPICS = 200;
const CLIENTS = 100;

const server = new FoxgloveServer({ name: "bench", logger: false, statusPage: {} });
const ids = server.addChannels(
  Array.from({ length: TOPICS }, (_, index) => ({ topic: `/robot/sensors/t${index}`, encoding: "json" })),
);
for (let client = 0; client < CLIENTS; client++) {
  const socket = new FakeServerSocket();
  server.acceptSocket(socket);
  const subscriptions = ids.map((channelId, id) => ({ id, channelId }));
  socket.receive(JSON.stringify({ op: "subscribe", subscriptions }));
}
const publishAll = () => {
  for (const id of ids) server.sendMessage(id, 1n, "{}");
};
publishAll();

/** Reads an answer, and checks that it has the last topic. */
async function read(path: string, accept: string): Promise<void> {
  const response = await server.handleRequest(new Request(`http://localhost${path}`, { headers: { accept } }));
  const text = await response.text();
  if (!text.includes(`/t${TOPICS - 1}"`)) throw new Error(`${path} lacks a topic`);
}

const name = `${TOPICS} topics, ${CLIENTS} clients`;
const options = { group: "metrics" };
Deno.bench(`one message for each topic, ${name}`, { ...options, baseline: true }, publishAll);
Deno.bench(`stats(), ${name}`, options, () => void server.stats());
Deno.bench(
  `/metrics as OpenMetrics, ${name}`,
  options,
  async () => await read("/metrics", "application/openmetrics-text"),
);
Deno.bench(`/metrics as text, ${name}`, options, async () => await read("/metrics", "text/plain"));
Deno.bench(`/api/stats, ${name}`, options, async () => await read("/api/stats", "application/json"));
