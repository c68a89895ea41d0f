// GraphState: snapshots and differences, and a client that applies them.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { ConnectionGraph, ConnectionGraphUpdate } from "../../src/protocol/connection_graph.ts";
import { GraphState } from "../../src/session/graph_state.ts";
import { Random } from "../protocol/random.ts";

type IdsByName = Readonly<Record<string, readonly string[]>>;

/** A graph in short form: `{ "/odom": ["driver"] }`. */
function graph(published: IdsByName = {}, subscribed: IdsByName = {}, services: IdsByName = {}): ConnectionGraph {
  return {
    publishedTopics: Object.entries(published).map(([name, publisherIds]) => ({ name, publisherIds })),
    subscribedTopics: Object.entries(subscribed).map(([name, subscriberIds]) => ({ name, subscriberIds })),
    advertisedServices: Object.entries(services).map(([name, providerIds]) => ({ name, providerIds })),
  };
}

function update(lists: Partial<ConnectionGraphUpdate>): ConnectionGraphUpdate {
  return { op: "connectionGraphUpdate", ...graph(), removedTopics: [], removedServices: [], ...lists };
}

function stateWith(initial: ConnectionGraph): GraphState {
  const state = new GraphState();
  state.replace(initial);
  return state;
}

const GRAPH = graph({ "/odom": ["driver"], "/scan": ["lidar", "sim"] }, { "/odom": ["planner"] }, {
  "/reset": ["arm"],
});

Deno.test("GraphState.snapshot() of an empty graph has five empty lists", () => {
  assertEquals(new GraphState().snapshot(), update({}));
});

Deno.test("GraphState.snapshot() contains the whole graph and removes nothing", () => {
  const state = stateWith(graph({ "/gone": ["driver"] }, {}, { "/gone": ["arm"] }));
  state.replace(GRAPH);
  assertEquals(state.snapshot(), update(GRAPH));
});

Deno.test("GraphState.replace() returns the whole first graph", () => {
  assertEquals(new GraphState().replace(GRAPH), update(GRAPH));
});

const SAME: Readonly<Record<string, ConnectionGraph>> = {
  "the same graph": GRAPH,
  "other orders": graph({ "/scan": ["sim", "lidar"], "/odom": ["driver"] }, { "/odom": ["planner"] }, {
    "/reset": ["arm"],
  }),
  "an id twice": { ...GRAPH, subscribedTopics: [{ name: "/odom", subscriberIds: ["planner", "planner"] }] },
  "names without ids": {
    ...GRAPH,
    advertisedServices: [...GRAPH.advertisedServices, { name: "/unserved", providerIds: [] }],
  },
  "a name in two entries": {
    ...GRAPH,
    publishedTopics: [
      { name: "/odom", publisherIds: ["driver"] },
      { name: "/scan", publisherIds: ["lidar"] },
      { name: "/scan", publisherIds: ["sim"] },
    ],
  },
};

for (const [what, same] of Object.entries(SAME)) {
  Deno.test(`GraphState.replace() finds no difference in ${what}`, () => {
    const state = stateWith(GRAPH);
    assertEquals(state.replace(same), undefined);
    assertEquals(state.replace(GRAPH), undefined);
  });
}

Deno.test("GraphState.replace() finds no difference between two empty graphs", () => {
  assertEquals(new GraphState().replace(graph()), undefined);
  assertEquals(new GraphState().replace(graph({ "/odom": [] }, { "/odom": [] }, { "/reset": [] })), undefined);
});

const DIFFERENCES: Readonly<Record<string, { to: ConnectionGraph; difference: Partial<ConnectionGraphUpdate> }>> = {
  "a new topic": {
    to: { ...GRAPH, publishedTopics: [...GRAPH.publishedTopics, { name: "/imu", publisherIds: ["driver"] }] },
    difference: { publishedTopics: [{ name: "/imu", publisherIds: ["driver"] }] },
  },
  "one more publisher, with the others": {
    to: graph({ "/odom": ["driver", "sim"], "/scan": ["lidar", "sim"] }, { "/odom": ["planner"] }, {
      "/reset": ["arm"],
    }),
    difference: { publishedTopics: [{ name: "/odom", publisherIds: ["driver", "sim"] }] },
  },
  "one publisher removed, with those that remain": {
    to: graph({ "/odom": ["driver"], "/scan": ["sim"] }, { "/odom": ["planner"] }, { "/reset": ["arm"] }),
    difference: { publishedTopics: [{ name: "/scan", publisherIds: ["sim"] }] },
  },
  "one publisher replaced by another": {
    to: graph({ "/odom": ["sim"], "/scan": ["lidar", "sim"] }, { "/odom": ["planner"] }, { "/reset": ["arm"] }),
    difference: { publishedTopics: [{ name: "/odom", publisherIds: ["sim"] }] },
  },
  "the last publisher removed, with remaining subscribers": {
    to: graph({ "/scan": ["lidar", "sim"] }, { "/odom": ["planner"] }, { "/reset": ["arm"] }),
    difference: { publishedTopics: [{ name: "/odom", publisherIds: [] }] },
  },
  "the last subscriber removed, with remaining publishers": {
    to: graph({ "/odom": ["driver"], "/scan": ["lidar", "sim"] }, {}, { "/reset": ["arm"] }),
    difference: { subscribedTopics: [{ name: "/odom", subscriberIds: [] }] },
  },
  "a publisher that became a subscriber": {
    to: graph({ "/odom": ["driver"] }, { "/odom": ["planner"], "/scan": ["lidar"] }, { "/reset": ["arm"] }),
    difference: {
      publishedTopics: [{ name: "/scan", publisherIds: [] }],
      subscribedTopics: [{ name: "/scan", subscriberIds: ["lidar"] }],
    },
  },
  "a topic removed from one list, never in the other": {
    to: graph({ "/odom": ["driver"] }, { "/odom": ["planner"] }, { "/reset": ["arm"] }),
    difference: { removedTopics: ["/scan"] },
  },
  "a topic removed from both lists": {
    to: graph({ "/scan": ["lidar", "sim"] }, {}, { "/reset": ["arm"] }),
    difference: { removedTopics: ["/odom"] },
  },
  "a removed service": {
    to: { ...GRAPH, advertisedServices: [] },
    difference: { removedServices: ["/reset"] },
  },
  "a service with another provider": {
    to: { ...GRAPH, advertisedServices: [{ name: "/reset", providerIds: ["hand"] }] },
    difference: { advertisedServices: [{ name: "/reset", providerIds: ["hand"] }] },
  },
  "the removal of everything": {
    to: graph(),
    difference: { removedTopics: ["/odom", "/scan"], removedServices: ["/reset"] },
  },
  "entries that lost their ids": {
    to: graph({ "/odom": [], "/scan": [] }, { "/odom": [] }, { "/reset": [] }),
    difference: { removedTopics: ["/odom", "/scan"], removedServices: ["/reset"] },
  },
};

for (const [what, { to, difference }] of Object.entries(DIFFERENCES)) {
  Deno.test(`GraphState.replace() returns ${what}, and nothing else`, () => {
    const state = stateWith(GRAPH);
    assertEquals(state.replace(to), update(difference));
    assertEquals(state.replace(to), undefined);
  });
}

Deno.test("GraphState accepts names that are also members of every object", () => {
  const names = ["__proto__", "constructor", "toString", ""];
  const odd: ConnectionGraph = {
    publishedTopics: names.map((name) => ({ name, publisherIds: names })),
    subscribedTopics: names.map((name) => ({ name, subscriberIds: names })),
    advertisedServices: names.map((name) => ({ name, providerIds: names })),
  };
  const state = new GraphState();
  assertEquals(state.replace(odd), update(odd));
  assertEquals(state.replace(graph()), update({ removedTopics: names, removedServices: names }));
});

Deno.test("GraphState.replace() and GraphState.snapshot() copy their data", () => {
  const publisherIds = ["driver"];
  const publishedTopics = [{ name: "/odom", publisherIds }];
  const state = stateWith({ ...graph(), publishedTopics });
  publisherIds.push("late");
  publishedTopics.push({ name: "/late", publisherIds });
  const expected = update({ publishedTopics: [{ name: "/odom", publisherIds: ["driver"] }] });
  const snapshot = state.snapshot();
  assertEquals(snapshot, expected);
  (snapshot.publishedTopics[0]!.publisherIds as string[]).push("late");
  assertEquals(state.snapshot(), expected);
});

const WRONG: Readonly<Record<string, { wrong: unknown; fault: string }>> = {
  "a name that is not text": {
    wrong: { ...GRAPH, publishedTopics: [{ name: 5, publisherIds: ["driver"] }] },
    fault: "publishedTopics[0].name must be a string",
  },
  "an id that is not text": {
    wrong: { ...GRAPH, subscribedTopics: [{ name: "/odom", subscriberIds: ["planner", null] }] },
    fault: "subscribedTopics[0].subscriberIds[1] must be a string",
  },
  "text instead of ids": {
    wrong: { ...GRAPH, advertisedServices: [{ name: "/reset", providerIds: "arm" }] },
    fault: "advertisedServices[0].providerIds must be an array",
  },
  "a missing list": {
    wrong: { publishedTopics: [], subscribedTopics: [] },
    fault: "advertisedServices must be an array",
  },
};

for (const [what, { wrong, fault }] of Object.entries(WRONG)) {
  Deno.test(`GraphState.replace() rejects ${what} and stays unchanged`, () => {
    const state = stateWith(GRAPH);
    assertThrows(() => state.replace(wrong as ConnectionGraph), TypeError, fault);
    assertEquals(state.snapshot(), update(GRAPH));
    assertEquals(state.replace(GRAPH), undefined);
  });
}

/** The graph as a client stores it. */
class Follower {
  readonly #published = new Map<string, readonly string[]>();
  readonly #subscribed = new Map<string, readonly string[]>();
  readonly #services = new Map<string, readonly string[]>();

  /** In the order of the protocol: first the lists that replace, then the removals. */
  apply(update: ConnectionGraphUpdate): void {
    for (const { name, publisherIds } of update.publishedTopics) this.#published.set(name, publisherIds);
    for (const { name, subscriberIds } of update.subscribedTopics) this.#subscribed.set(name, subscriberIds);
    for (const { name, providerIds } of update.advertisedServices) this.#services.set(name, providerIds);
    for (const name of update.removedTopics) {
      this.#published.delete(name);
      this.#subscribed.delete(name);
    }
    for (const name of update.removedServices) this.#services.delete(name);
  }

  /** The edges that an app draws. A name without ids has no edges. */
  edges(): string[] {
    return edges([...this.#published], [...this.#subscribed], [...this.#services]);
  }
}

type Entries = readonly (readonly [string, readonly string[]])[];

function edges(published: Entries, subscribed: Entries, services: Entries): string[] {
  const lines = (kind: string, entries: Entries) =>
    entries.flatMap(([name, ids]) => ids.map((id) => `${kind} ${name} ${id}`));
  return [...new Set([...lines("pub", published), ...lines("sub", subscribed), ...lines("srv", services)])].sort();
}

function edgesOf(graph: ConnectionGraph): string[] {
  return edges(
    graph.publishedTopics.map(({ name, publisherIds }) => [name, publisherIds]),
    graph.subscribedTopics.map(({ name, subscriberIds }) => [name, subscriberIds]),
    graph.advertisedServices.map(({ name, providerIds }) => [name, providerIds]),
  );
}

const SEED = 20_240_918;
const ROUNDS = 300;
const STEPS = 30;

/** A graph of few names and ids, so that graphs overlap. Names and ids may occur twice, and names may have no ids. */
function randomGraph(random: Random): ConnectionGraph {
  const name = () => random.pick(["/a", "/b", "/c", "__proto__"]);
  const ids = () => random.list(3, () => random.pick(["x", "y", "z"]));
  return {
    publishedTopics: random.list(4, () => ({ name: name(), publisherIds: ids() })),
    subscribedTopics: random.list(4, () => ({ name: name(), subscriberIds: ids() })),
    advertisedServices: random.list(4, () => ({ name: name(), providerIds: ids() })),
  };
}

/** Replaces the graph repeatedly, with one client from the start and one that connects in the middle. */
function follow(random: Random): void {
  const state = new GraphState();
  const early = new Follower();
  early.apply(state.snapshot());
  let late: Follower | undefined;
  let before: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    const newest = randomGraph(random);
    const difference = state.replace(newest);
    const expected = edgesOf(newest);
    assertEquals(difference === undefined, before.join() === expected.join(), "a difference only if the graph changed");
    if (difference) {
      early.apply(difference);
      late?.apply(difference);
      assertRemovedOnce(difference);
    }
    if (step === STEPS / 2) {
      late = new Follower();
      late.apply(state.snapshot());
    }
    assertEquals(early.edges(), expected);
    if (late) assertEquals(late.edges(), expected);
    before = expected;
  }
}

/** Asserts that each removal is listed once and nowhere else, so that a client may also apply removals first. */
function assertRemovedOnce({ removedTopics, removedServices, ...lists }: ConnectionGraphUpdate): void {
  assertEquals(removedTopics.length, new Set(removedTopics).size);
  assertEquals(removedServices.length, new Set(removedServices).size);
  const topics = [...lists.publishedTopics, ...lists.subscribedTopics].map(({ name }) => name);
  assertEquals(topics.filter((name) => removedTopics.includes(name)), []);
  assertEquals(lists.advertisedServices.filter(({ name }) => removedServices.includes(name)), []);
}

Deno.test("GraphState lets a client follow the graph by applying the snapshot and each difference", () => {
  for (let round = 0; round < ROUNDS; round++) {
    const seed = SEED + round;
    try {
      follow(new Random(seed));
    } catch (cause) {
      throw new Error(`seed ${seed}`, { cause });
    }
  }
});
