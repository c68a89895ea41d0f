// Compares the server under test with its model.

import { assertEquals } from "@std/assert/equals";
import { Random } from "../protocol/random.ts";
import { shrink } from "../support/shrink.ts";
import type { MessageSummary } from "./message_summary.ts";
import { graphText, Model } from "./model.ts";
import { CLIENT_SLOTS, type Operation } from "./operations.ts";
import { randomOperations } from "./random_operations.ts";
import { ServerUnderTest } from "./server_under_test.ts";

/** The number of operations of a sequence. */
const LENGTH = 100;

/** Disconnect all clients, so that every hook that reported a beginning must report the end. */
const LAST_OPERATIONS: readonly Operation[] = Array.from(
  { length: CLIENT_SLOTS },
  (_, client) => ({ type: "leave", client }),
);

/** Applies the operations to a server and to the model. Rejects after the first operation on which they differ. */
export async function assertMatchesModel(operations: readonly Operation[]): Promise<void> {
  const model = new Model();
  const server = new ServerUnderTest();
  for (const [index, operation] of [...operations, ...LAST_OPERATIONS].entries()) {
    const expected = {
      throws: model.apply(operation),
      ...takeEvents(model, (slot) => model.clients.get(slot)?.take()),
    };
    const actual = { throws: await server.apply(operation), ...takeEvents(server, (slot) => server.take(slot)) };
    const where = `after operation ${index}, ${JSON.stringify(operation)}`;
    assertEquals(actual, expected, where);
    for (const [slot, received] of expected.received.entries()) {
      const graph = server.graphs.get(slot);
      // A disconnected client gets the messages that were queued, and no later ones.
      if (!graph || !model.clients.get(slot)?.isOpen) continue;
      if (!received.some(({ op }) => op === "connectionGraphUpdate")) continue;
      assertEquals(graphText(graph), model.graph, `the graph that client ${slot} knows, ${where}`);
    }
    assertEquals(serverState(server), modelState(model), where);
  }
  await server.end();
}

/** Takes the calls of hooks and sinks and the messages since the last call. */
function takeEvents(
  { hooks, sinks }: { hooks: unknown[]; sinks: { take(): string[] } },
  take: (slot: number) => MessageSummary[] | undefined,
) {
  const received = Array.from({ length: CLIENT_SLOTS }, (_, slot) => withSortedData(take(slot) ?? []));
  return { hooks: hooks.splice(0), sinks: sinks.take(), received };
}

/** The server takes turns between channels with queued data, so only the order within each channel is defined. */
function withSortedData(received: readonly MessageSummary[]): MessageSummary[] {
  const ordered: MessageSummary[] = [];
  let data: Extract<MessageSummary, { op: "messageData" }>[] = [];
  const flush = () => {
    ordered.push(...data.sort((one, other) => one.subscriptionId - other.subscriptionId));
    data = [];
  };
  for (const message of received) {
    if (message.op === "messageData") {
      data.push(message);
    } else {
      flush();
      ordered.push(message);
    }
  }
  flush();
  return ordered;
}

/** The state that the server reports to its program. */
function serverState({ server }: ServerUnderTest) {
  return {
    clients: server.stats().clients.map(({ client }) => client.id as number),
    channels: server.stats().channels.map(({ channel, subscribers }) => [channel.id as number, subscribers]),
    subscribed: [...server.channels.keys()].map((id) => server.hasSubscribers(id)),
  };
}

function modelState(model: Model): ReturnType<typeof serverState> {
  const channels = [...model.channels.keys()].map((id) => {
    return [id, model.subscriptions.filter(({ channelId }) => channelId === id).length];
  });
  const subscribed = channels.map(([, subscribers]) => subscribers !== 0);
  return { clients: model.open.map(({ id }) => id), channels, subscribed };
}

/** A sequence for which server and model differ. */
export interface Mismatch {
  seed: number;
  operations: readonly Operation[];
  reason: string;
}

/** Runs one seed. Shrinks the sequence if it fails. */
export async function findMismatch(seed: number): Promise<Mismatch | undefined> {
  const all = randomOperations(new Random(seed), LENGTH);
  if (await failure(all) === undefined) return undefined;
  const operations = await shrink(all, async (operations) => await failure(operations) !== undefined);
  return { seed, operations, reason: await failure(operations) ?? "It did not fail again" };
}

/** The source of a test that replays the sequence. */
export function asTest({ seed, operations }: Mismatch): string {
  const lines = operations.map((operation) => `    ${JSON.stringify(operation)},`);
  return [`Deno.test("seed ${seed}", () => assertMatchesModel([`, ...lines, "] as Operation[]));"].join("\n");
}

async function failure(operations: readonly Operation[]): Promise<string | undefined> {
  try {
    await assertMatchesModel(operations);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
