// Assets: large assets for a client that does not read, many at once, and missing ones.

import { assetRoots, type Logger } from "../../../mod.ts";
import { HostileClient, joined, textFrame } from "../hostile_client.ts";
import { check, outOf, type ServerProgram, type StallScenario } from "../stall_scenario.ts";

/** Below the default of `maxAssetBytes`. */
const LARGE_BYTES = 31.5 * 1024 * 1024;
/** The default of `maxPendingRequests`. */
const UNREAD_REQUESTS = 32;
const UNREAD_MS = 5000;
/** A robot's meshes. */
const MESH_BYTES = 1024 * 1024;
const MESHES = 80;
const MISSING_MS = 5000;
/** Requests that wait at the same time. */
const WINDOW = 8;
/** Below `maxMessagesPerSecond`, so that the client is not disconnected. */
const MAX_REQUESTS_PER_SECOND = 9000;
const LIMIT_MS = 15_000;
const PREFIX = "package://bench/";

/** The client stops reading after its handshake. */
export const ASSETS_UNREAD: StallScenario = {
  name: "assets-unread",
  title: `${UNREAD_REQUESTS} \`fetchAsset\` of 31.5 MiB by a client that reads nothing for ${UNREAD_MS / 1000} s`,
  program: (folder) => assets(folder, LARGE_BYTES),
  async prepare({ port, ask }) {
    const client = await HostileClient.connect(port);
    return async () => {
      await client.send(fetches(UNREAD_REQUESTS));
      await new Promise((resolve) => setTimeout(resolve, UNREAD_MS));
      const { calls = 0 } = await ask();
      check(calls > 0, "no hook was called");
      return [{ name: "hook calls", value: calls, unit: outOf(UNREAD_REQUESTS) }];
    };
  },
};

/** Apps do this when they show a robot. */
export const ASSETS_READ: StallScenario = {
  name: "assets-read",
  title: `${MESHES} \`fetchAsset\` of 1 MiB at once by a client that reads`,
  program: (folder) => assets(folder, MESH_BYTES),
  async prepare({ port }) {
    const client = await HostileClient.connect(port);
    void client.read();
    return async () => {
      await client.send(fetches(MESHES));
      await client.until(() => client.binaries.length >= MESHES, LIMIT_MS);
      // Failures are short.
      const successes = client.binaries.filter((bytes) => bytes > MESH_BYTES).length;
      check(client.binaries.length > 0, "there was no answer");
      return [
        { name: "answers", value: client.binaries.length, unit: outOf(MESHES) },
        { name: "received assets", value: successes, unit: outOf(MESHES) },
        client.closeFigure,
      ];
    };
  },
};

/** Each request fails and is logged. */
export const MISSING_ASSETS: StallScenario = {
  name: "missing-assets",
  title: `a client asks for missing assets for ${MISSING_MS / 1000} s, as fast as it is answered (${WINDOW} at a time)`,
  program(folder) {
    const log = { lines: 0, bytes: 0 };
    return {
      options: { ...assets(folder, 0).options, logger: countingLogger(log) },
      counters: () => log,
    };
  },
  async prepare({ port, ask }) {
    const client = await HostileClient.connect(port);
    void client.read();
    return async () => {
      const before = await ask();
      let requests = 0;
      const start = performance.now();
      for (let elapsed = 0; elapsed < MISSING_MS && client.isOpen; elapsed = performance.now() - start) {
        if (requests >= elapsed / 1000 * MAX_REQUESTS_PER_SECOND) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          continue;
        }
        await client.send(fetches(WINDOW, "missing.stl"));
        requests += WINDOW;
        await client.until(() => client.binaries.length >= requests, LIMIT_MS);
      }
      check(client.binaries.length > 0, "there was no answer");
      const after = await ask();
      return [
        { name: "requests", value: requests, unit: "messages" },
        { name: "answers", value: client.binaries.length, unit: "messages" },
        { name: "log lines", value: after.lines! - before.lines!, unit: "calls of the logger" },
        { name: "log size", value: (after.bytes! - before.bytes!) / 1024, unit: "KiB as console would print it" },
        client.closeFigure,
      ];
    };
  },
};

/** A program with one asset that counts the calls of its hook. */
function assets(folder: string, bytes: number): ServerProgram {
  Deno.writeFileSync(`${folder}/mesh.stl`, new Uint8Array(bytes).fill(1));
  const serve = assetRoots({ [PREFIX]: folder });
  let calls = 0;
  return {
    options: {
      capabilities: ["assets"],
      listener: {
        onFetchAsset(...args) {
          calls += 1;
          return serve(...args);
        },
      },
    },
    counters: () => ({ calls }),
  };
}

function fetches(count: number, file = "mesh.stl"): Uint8Array {
  return joined(
    Array.from(
      { length: count },
      (_, index) => textFrame({ op: "fetchAsset", uri: `${PREFIX}${file}`, requestId: index + 1 }),
    ),
  );
}

/** Counts the lines and bytes that `console` would print. */
function countingLogger(log: { lines: number; bytes: number }): Logger {
  const utf8 = new TextEncoder();
  const count = (message: string, ...details: unknown[]) => {
    const text = [message, ...details.map((each) => typeof each === "string" ? each : Deno.inspect(each))].join(" ");
    log.lines += 1;
    log.bytes += utf8.encode(text).length + 1;
  };
  return { debug: count, info: count, warn: count, error: count };
}
