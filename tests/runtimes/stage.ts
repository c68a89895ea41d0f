// Stage: what a case is given: a robot to steer, and clients of it.

import { FoxgloveClient } from "../../src/client/client.ts";
import type { FoxgloveClientListener } from "../../src/client/listener.ts";
import type { FoxgloveClientOptions } from "../../src/client/options.ts";
import { UpdateQueue } from "../../src/client/update_queue.ts";
import type { Robot } from "./robot.ts";
import { fromText, toText } from "./text.ts";

/** The methods of a robot, from afar. */
export type RemoteRobot = {
  [Name in keyof Robot]: Robot[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** What a case works with. */
export interface Stage {
  /** Its server listens. */
  robot: RemoteRobot;
  /** The robot's. */
  url: string;
  /** Where every request gets status 400. */
  refusingUrl: string;
  /** Where a server answers that does nothing by itself: see `Robot.sayRaw()`. */
  rawUrl: string;
  /** Connects a client; it is closed when the case ends. */
  connect(options?: FoxgloveClientOptions & { url?: string; signal?: AbortSignal }): Promise<FoxgloveClient>;
}

/** One thing that has to hold, by its name. */
export type Cases = Record<string, (stage: Stage) => Promise<void>>;

/** Sets the stage that is served at `origin`, has `play` use it, and leaves nothing behind. */
export async function onStage(
  origin: string,
  options: FoxgloveClientOptions,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const robot = remoteRobot(origin);
  const clients: FoxgloveClient[] = [];
  const url = await robot.start();
  const stage: Stage = {
    robot,
    url,
    refusingUrl: `${origin}/refused`,
    rawUrl: `${origin}/raw`,
    async connect({ url: other, ...more } = {}) {
      // Short waits, for the robot is near.
      const client = await FoxgloveClient.connect(other ?? url, { minRetryDelayMs: 10, ...options, ...more });
      clients.push(client);
      return client;
    },
  };
  try {
    await play(stage);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await robot.reset();
  }
}

/** What a hook is told, call by call, without the client. */
export function hear<Hook extends keyof FoxgloveClientListener>(
  client: FoxgloveClient,
  hook: Hook,
): UpdateQueue<Told<Hook>> {
  const calls = new UpdateQueue<Told<Hook>>({ maxQueued: Infinity });
  client.addListener({ [hook]: (_client: FoxgloveClient, ...told: Told<Hook>) => calls.push(told) });
  return calls;
}

type Told<Hook extends keyof FoxgloveClientListener> = Parameters<NonNullable<FoxgloveClientListener[Hook]>> extends
  [FoxgloveClient, ...infer Rest] ? Rest : never;

/** The next item of what has not ended. */
export async function next<T>(items: AsyncIterator<T, unknown>): Promise<T> {
  const result = await items.next();
  if (result.done) throw new Error("Cannot get the next item: there is none, and none will come");
  return result.value;
}

function remoteRobot(origin: string): RemoteRobot {
  const call = (name: string) => async (...args: unknown[]) => {
    const response = await fetch(`${origin}/robot`, { method: "POST", body: toText([name, args]) });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot have the robot ${name}: ${text}`);
    return fromText(text);
  };
  return new Proxy({}, { get: (_target, name) => call(String(name)) }) as RemoteRobot;
}
