// tools/std_source.ts with a fake JSR, and the import map that it falls back to.

import { assertEquals } from "@std/assert/equals";
import { assertNotEquals } from "@std/assert/not-equals";
import config from "../../deno.json" with { type: "json" };
import npmStd from "../../tools/npm_std.json" with { type: "json" };
import { NPM_FLAG, reachesJsr } from "../../tools/std_source.ts";

const META = { scope: "std", name: "assert", latest: "1.0.0", versions: {} };

const answers: { name: string; answer: (signal: AbortSignal) => Promise<Response>; reached: boolean }[] = [
  { name: "with the file", answer: () => Promise.resolve(Response.json(META)), reached: true },
  {
    name: "with an error",
    answer: () => Promise.resolve(new Response("Bad gateway", { status: 502 })),
    reached: false,
  },
  { name: "with a login page", answer: () => Promise.resolve(new Response("<html></html>")), reached: false },
  { name: "with some other JSON", answer: () => Promise.resolve(Response.json(null)), reached: false },
  { name: "by refusing", answer: () => Promise.reject(new TypeError("error sending request")), reached: false },
  { name: "not within the limit", answer: neverAnswers, reached: false },
];

for (const { name, answer, reached } of answers) {
  Deno.test(`reachesJsr() is ${reached} if JSR answers ${name}`, async () => {
    const fetch = (_url: string, { signal }: { signal: AbortSignal }) => answer(signal);
    assertEquals(await reachesJsr({ fetch, limitMs: 10 }), reached);
  });
}

function neverAnswers(signal: AbortSignal): Promise<Response> {
  const { promise, reject } = Promise.withResolvers<Response>();
  const keepAlive = setInterval(() => {}, 1000);
  signal.addEventListener("abort", () => {
    clearInterval(keepAlive);
    reject(signal.reason);
  });
  return promise;
}

Deno.test("NPM_FLAG names npm_std.json", async () => {
  const path = NPM_FLAG.replace("--import-map=", "");
  assertEquals(JSON.parse(await Deno.readTextFile(path)), npmStd);
});

Deno.test("npm_std.json has all imports of deno.json, those of std from npm and the others unchanged", () => {
  const expected = Object.entries(config.imports).map(([name, target]) => [name, npmTarget(name) ?? target]);
  assertNotEquals(expected, []);
  assertEquals(npmStd.imports, Object.fromEntries(expected));
});

/** `@std/cli/parse-args` is the file `cli/parse_args.js` there. */
function npmTarget(name: string): string | undefined {
  const path = name.match(/^@std\/(.+)$/)?.[1];
  return path && `npm:deno-std@1.4.0/${path.replaceAll("-", "_")}.js`;
}
