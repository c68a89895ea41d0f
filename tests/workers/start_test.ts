// The start of a server with workers: its port, its options, missing permissions, and its cancellation.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { delay } from "@std/async/delay";
import { FoxgloveServer } from "../../src/server/server.ts";
import { serveWorkers, type ServeWorkersOptions } from "../../src/workers/mod.ts";
import { MIN_RING_BYTES } from "../../src/workers/ring.ts";
import { workerClients } from "../../src/workers/worker_clients.ts";
import { freePort } from "../support/free_port.ts";
import { Program } from "../support/program.ts";
import { recordingLogger } from "../support/test_server.ts";
import { linuxTest, type ObservedWorker, startWorkers } from "./fixture.ts";

linuxTest("serveWorkers() reports a port that is in use, also by another server with workers", async () => {
  const port = freePort();
  await using first = await serveWorkers({ name: "test", port, workers: 2, logger: false });
  const error = await assertRejects(() => serveWorkers({ name: "test", port, workers: 2, logger: false }), Error);
  assertEquals((error as Error & { code?: string }).code, "EADDRINUSE");
  // And after it was closed, the port can be used again at once.
  await first.close();
  await using second = await serveWorkers({ name: "test", port, workers: 2, logger: false });
  assertEquals(second.addr?.port, port);
});

for (
  const [option, value, why] of [
    ["path", "/run/robot.sock", "workers cannot share a Unix socket"],
    ["fallback", () => new Response(), "workers answer only requests for the server itself"],
    ["transport", "native", 'workers always use the transport "direct"'],
  ] as const
) {
  linuxTest(`serveWorkers() refuses the option "${option}"`, async () => {
    const options = { name: "test", port: 0, [option]: value } as ServeWorkersOptions;
    const error = await assertRejects(() => serveWorkers(options), TypeError);
    assertEquals(error.message, `Cannot serve with workers: "${option}" must not be set, because ${why}`);
  });
}

linuxTest("serveWorkers() checks its numbers and the options of the server", async () => {
  for (const wrong of [{ workers: 0 }, { workers: 1.5 }, { ringBytes: 100 }, { maxClients: 0 }]) {
    await assertRejects(() => serveWorkers({ name: "test", port: 0, ...wrong }), RangeError);
  }
  const range = '"workers" is 65, not an integer from 1 to 64';
  await assertRejects(() => serveWorkers({ name: "test", port: 0, workers: 65 }), RangeError, range);
  await assertRejects(() => serveWorkers({ name: "test", port: 0, cert: "x" }), TypeError);
});

linuxTest("serveWorkers() warns of misspelled options, of workers and of servers", async () => {
  const { logger, lines } = recordingLogger();
  const options = {
    name: "test",
    port: 0,
    workers: 1,
    logger,
    workres: 2,
    ring_bytes: 4096,
    hostnam: "::",
    color: "red",
  };
  await using server = await serveWorkers(options);
  assertEquals([server.addr?.hostname, lines.filter((line) => line.startsWith("warn"))], ["127.0.0.1", [
    'warn: The option "workres" of the server is ignored; did you mean "workers"?',
    'warn: The option "ring_bytes" of the server is ignored; did you mean "ringBytes"?',
    'warn: The option "hostnam" of the server is ignored; did you mean "hostname"?',
  ]]);
});

linuxTest("serveWorkers() names the missing permission if the modules of its workers cannot be read", async () => {
  const fixture = new URL("./fixtures/serve.ts", import.meta.url).pathname;
  const folder = new URL("../../src", import.meta.url).pathname;
  await using program = new Program("--allow-net=127.0.0.1", fixture);
  const { lines, stderr } = await program.ended();
  const reason = `their modules require read access to "${folder}"; run again with --allow-read=${folder}`;
  assertEquals([lines, stderr], [[`Cannot serve with workers: ${reason}`], ""]);
  await using allowed = new Program("--allow-net=127.0.0.1", `--allow-read=${folder}`, fixture);
  assertEquals((await allowed.line()).startsWith("ws://127.0.0.1:"), true);
});

linuxTest("start() creates four workers at a time, and ends them all when its signal aborts", async () => {
  const threads: ObservedWorker[] = [];
  const abort = new AbortController();
  const onSpawn = (thread: ObservedWorker) => {
    // Only the first one ever listens.
    if (threads.push(thread) > 1) thread.passes = () => false;
  };
  const starting = startWorkers({ workers: 64, signal: abort.signal, onSpawn });
  while (threads.length < 5) await delay(1);
  const reason = new Error("not needed any more");
  abort.abort(reason);
  assertEquals(await starting.catch((error) => error), reason);
  assertEquals(threads.map(({ isTerminated }) => isTerminated), Array(5).fill(true));
});

linuxTest("close() ends a start that has not finished", async () => {
  const silent = () => ({ postMessage() {}, terminate() {}, onmessage: null, onerror: null });
  const remote = workerClients({ workers: 2, ringBytes: MIN_RING_BYTES, spawn: silent });
  const server = new FoxgloveServer({ name: "test", port: 0, logger: false, transport: "direct", ...remote });
  const starting = assertRejects(() => server.start(), TypeError, "Cannot start the server: it has been closed");
  await server.close();
  await starting;
});

for (const takes of ["the signal", "no signal"]) {
  linuxTest(`Ctrl-C ends a program whose workers never listen, and whose main takes ${takes}`, async () => {
    const fixture = new URL("./fixtures/slow_start.ts", import.meta.url).pathname;
    await using program = new Program("--allow-net=127.0.0.1", "--allow-read", fixture, takes);
    assertEquals(await program.line(), "a worker was created");
    program.kill("SIGINT");
    const { code, lines, stderr } = await program.ended();
    // Without a message that the program took too long to end.
    assertEquals([code, lines, stderr], [0, ["end"], ""]);
  });
}
