// Agreement: whether the server does what the model does.

import { assertEquals } from "@std/assert/equals";
import { Random } from "../protocol/random.ts";
import { shrink } from "../support/shrink.ts";
import type { Essence } from "./essence.ts";
import { graphText, Model } from "./model.ts";
import { type Operation, PLACES } from "./operations.ts";
import { randomOperations } from "./random_operations.ts";
import { Subject } from "./subject.ts";

/** Operations of a sequence. */
const LENGTH = 100;

/** In the end all are gone: whatever began must end. */
const ENDING: readonly Operation[] = Array.from({ length: PLACES }, (_, client) => ({ do: "leave", client }));

/** Has a server and the model do the same. Rejects when they differ, and says where. */
export async function assertAgrees(operations: readonly Operation[]): Promise<void> {
  const model = new Model();
  const subject = new Subject();
  for (const [index, operation] of [...operations, ...ENDING].entries()) {
    const expected = { throws: model.apply(operation), ...look(model, (place) => model.clients.get(place)?.take()) };
    const actual = { throws: await subject.apply(operation), ...look(subject, (place) => subject.take(place)) };
    const where = `after operation ${index}, ${JSON.stringify(operation)}`;
    assertEquals(actual, expected, where);
    for (const [place, heard] of expected.heard.entries()) {
      const graph = subject.graphs.get(place);
      // A client that was disconnected is sent what had waited, not what came later.
      if (!graph || !model.clients.get(place)?.isOpen) continue;
      if (!heard.some(({ op }) => op === "connectionGraphUpdate")) continue;
      assertEquals(graphText(graph), model.graph, `the graph as client ${place} knows it, ${where}`);
    }
    assertEquals(standing(subject), standingOf(model), where);
  }
}

/** What happened since the last look. */
function look({ hooks }: { hooks: unknown[] }, take: (place: number) => Essence[] | undefined) {
  const heard = Array.from({ length: PLACES }, (_, place) => inOrder(take(place) ?? []));
  return { hooks: hooks.splice(0), heard };
}

/** Channels take turns where data waits: only the order within each is certain. */
function inOrder(heard: readonly Essence[]): Essence[] {
  const ordered: Essence[] = [];
  let data: Extract<Essence, { op: "messageData" }>[] = [];
  const flush = () => {
    ordered.push(...data.sort((one, other) => one.subscriptionId - other.subscriptionId));
    data = [];
  };
  for (const message of heard) {
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

/** What the server's owner sees. */
function standing({ server }: Subject) {
  return {
    clients: server.stats().clients.map(({ client }) => client.id as number),
    channels: server.stats().channels.map(({ channel, subscribers }) => [channel.id as number, subscribers]),
    subscribed: [...server.channels.keys()].map((id) => server.hasSubscribers(id)),
  };
}

function standingOf(model: Model): ReturnType<typeof standing> {
  const channels = [...model.channels.keys()].map((id) => {
    return [id, model.subscriptions.filter(({ channelId }) => channelId === id).length];
  });
  const subscribed = channels.map(([, subscribers]) => subscribers !== 0);
  return { clients: model.open.map(({ id }) => id), channels, subscribed };
}

/** A sequence on which server and model differ. */
export interface Disagreement {
  seed: number;
  operations: readonly Operation[];
  why: string;
}

/** Tries one seed. A sequence that fails is shrunk. */
export async function disagreement(seed: number): Promise<Disagreement | undefined> {
  const all = randomOperations(new Random(seed), LENGTH);
  if (await failure(all) === undefined) return undefined;
  const operations = await shrink(all, async (operations) => await failure(operations) !== undefined);
  return { seed, operations, why: await failure(operations) ?? "It did not fail again" };
}

/** A test of it, to be copied. */
export function asTest({ seed, operations }: Disagreement): string {
  const lines = operations.map((operation) => `    ${JSON.stringify(operation)},`);
  return [`Deno.test("seed ${seed}", () => assertAgrees([`, ...lines, "] as Operation[]));"].join("\n");
}

async function failure(operations: readonly Operation[]): Promise<string | undefined> {
  try {
    await assertAgrees(operations);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
