// Cases: the functions in which the platforms differ.

import { PLATFORM } from "../../../src/platform.ts";
import { timeNs } from "../../../src/time_ns.ts";
import { expectEqual, expectError, expectIncludes } from "../expect.ts";
import type { ServerCases } from "../server_fixture.ts";

export const PLATFORM_CASES: ServerCases = {
  // deno-lint-ignore require-await -- all cases return promises
  "timeNs() follows the wall clock, in steps below a millisecond": async () => {
    const before = Date.now();
    const times = Array.from({ length: 1000 }, timeNs);
    const after = Date.now();
    const [first = 0n, last = 0n] = [times[0], times.at(-1)];
    // It stays within 4 ms of the wall clock.
    expectEqual([first >= BigInt(before - 4) * 1_000_000n, last <= BigInt(after + 5) * 1_000_000n], [true, true]);
    expectEqual(times.every((time, index) => index === 0 || time >= times[index - 1]!), true);
    expectEqual(times.some((time) => time % 1_000_000n !== 0n), true);
  },

  "the log gets the errors of hooks, and other values as one line": async (fixture) => {
    const details: unknown[] = [];
    const log = (_line: string, ...more: unknown[]) => void details.push(...more);
    const thrown = [new TypeError("a fault"), { a: "x\ny", b: [1, { c: 2 }] }];
    const done = Promise.withResolvers<void>();
    const server = await fixture.start({
      logger: { debug() {}, info() {}, warn: log, error: log },
      listener: {
        onSubscribe() {
          if (thrown.length === 1) done.resolve();
          throw thrown.shift();
        },
      },
    });
    const error = thrown[0];
    server.addChannels([{ topic: "/a", encoding: "json" }, { topic: "/b", encoding: "json" }]);
    const client = await fixture.connect(server);
    client.subscribe("/a");
    client.subscribe("/b");
    await done.promise;
    await client.getParameters().catch(() => {}); // the hooks are called before it is rejected
    expectEqual([details.length, details[0] === error], [2, true]);
    expectEqual(String(details[1]).replaceAll('"', "'"), "{ a: 'x\\ny', b: [ 1, { c: 2 } ] }");
  },

  "PLATFORM describes and reads files like Deno": async (fixture) => {
    const { realPath, lstat, open } = PLATFORM.files;
    const folder = await fixture.folder();
    expectEqual([await realPath(folder), (await lstat(folder)).isFile], [folder, false]);
    const path = `${folder}/text.txt`;
    const { writeFile } = await import("node:fs/promises");
    await writeFile(path, "text");
    const [found, file] = [await lstat(path), await open(path)];
    const opened = await file.stat();
    expectEqual([found.isFile, found.size, opened.ino === found.ino, opened.dev === found.dev], [true, 4, true, true]);
    const buffer = new Uint8Array(10);
    expectEqual([await file.read(buffer), new TextDecoder().decode(buffer.subarray(0, 4))], [4, "text"]);
    expectEqual([await file.read(buffer), PLATFORM.readTextFile(path)], [null, "text"]);
    file.close();
    await expectError(fixture.runtime === "Deno" ? "NotFound" : "Error", lstat(`${folder}/none`));
  },

  // deno-lint-ignore require-await -- all cases return promises
  "PLATFORM formats values, and tells errors from proxies": async () => {
    expectIncludes(PLATFORM.inspect(new Map([["a", 1]])), "Map");
    expectEqual(PLATFORM.inspect({ text: "x".repeat(200), more: [1, 2] }).includes("\n"), false);
    const error = new RangeError("out of range");
    expectEqual([error, new Proxy(error, {}), { message: "" }, null].map(PLATFORM.isError), [
      true,
      false,
      false,
      false,
    ]);
  },
};
