// observeRobot(): what a client of a robot receives that subscribes, publishes, sets a parameter and calls a service.

import { FoxgloveClient, json, type Subscription } from "../../src/client/mod.ts";

/** How the robots of a page differ from those of the other pages. */
export interface RobotShape {
  /** Returns the position from a message of `/pose`. */
  xOf: (value: unknown) => number;
  /** Whether the robot has the parameter `/speed`. */
  hasParameter?: boolean;
  /** Whether the robot has the service `/reset`. */
  hasService?: boolean;
}

/** The facts that a port must not change. */
export interface RobotFacts {
  name: string;
  channel: { topic: string; encoding: string; schemaName: string; schema: unknown };
  /** Whether each message is later than the one before it. */
  isInOrder: boolean;
  /** The difference between positions. */
  steps: number[];
  /** The parameter: before, as the answer to setting it, and afterwards. */
  speed?: unknown[];
  /** The steps with the new value of the parameter. */
  newSteps?: number[];
  /** The first position after a client has published the target 500, in steps from there. */
  stepsFromTarget: number;
  /** The answer of the service, and the first position after it, in steps. */
  reset?: { answer: unknown; steps: number };
}

/** Longer than any program needs to start. */
const LIMIT_MS = 40_000;

/** Connects as soon as the robot listens, and uses it. */
export async function observeRobot(url: string, shape: RobotShape): Promise<RobotFacts> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const retry = { retryInitialConnect: true, minRetryDelayMs: 20, maxRetryDelayMs: 100 };
  await using client = await FoxgloveClient.connect(url, { ...retry, signal });
  const { id: _id, topic, encoding, schemaName, schema = "" } = await client.waitForChannel("/pose", { signal });
  using poses = new Poses(client.subscribe("/pose", { signal }), shape.xOf);
  const facts: RobotFacts = {
    name: client.serverInfo.name,
    channel: { topic, encoding, schemaName, schema: encoding === "json" ? shapeOf(schema) : "of the message" },
    isInOrder: true,
    steps: await poses.steps(),
    stepsFromTarget: NaN,
  };
  let step = 1;
  if (shape.hasParameter) {
    const before = await client.getParameters(["/speed"], { signal });
    const answer = await client.setParameters([{ name: "/speed", value: 2 }], { signal });
    const after = await client.getParameters(["/speed"], { signal });
    facts.speed = [before, answer, after].map((parameters) => parameters.map(({ name, value }) => [name, value]));
    step = 2;
    facts.newSteps = await poses.steps(step);
  }
  using targets = client.channel("/target", json<{ x: number }>());
  if (!targets.send({ x: 500 })) throw new Error("Cannot publish: the robot does not accept values");
  facts.stepsFromTarget = (await poses.until((x) => x >= 500) - 500) / step;
  if (shape.hasService) {
    const answer = await client.service("/reset").call({}, { signal });
    facts.reset = { answer, steps: await poses.until((x) => x < 500) / step };
  }
  return { ...facts, isInOrder: poses.isInOrder };
}

/** The members and types of a JSON Schema, without titles. */
function shapeOf(schema: string | Uint8Array): unknown {
  const { type, properties } = JSON.parse(String(schema));
  return { type, properties };
}

/** The positions that the robot sends. */
class Poses implements Disposable {
  readonly #subscription: Subscription;
  readonly #messages: AsyncIterator<{ value: unknown; timestamp: bigint }>;
  readonly #xOf: (value: unknown) => number;
  #last = 0n;
  isInOrder = true;

  constructor(subscription: Subscription, xOf: (value: unknown) => number) {
    this.#subscription = subscription;
    this.#messages = subscription.decoded()[Symbol.asyncIterator]();
    this.#xOf = xOf;
  }

  async next(): Promise<number> {
    const { done, value } = await this.#messages.next();
    if (done) throw new Error("Cannot read a pose: the subscription has ended");
    this.isInOrder &&= value.timestamp > this.#last;
    this.#last = value.timestamp;
    return this.#xOf(value.value);
  }

  /** Reads until a position fulfils the condition. */
  async until(condition: (x: number) => boolean): Promise<number> {
    for (;;) {
      const x = await this.next();
      if (condition(x)) return x;
    }
  }

  /** Returns two steps, the first of which has this size. */
  async steps(size = 1): Promise<number[]> {
    let [before, x] = [await this.next(), await this.next()];
    while (x - before !== size) [before, x] = [x, await this.next()];
    return [x - before, await this.next() - x];
  }

  [Symbol.dispose](): void {
    this.#subscription.close();
  }
}
