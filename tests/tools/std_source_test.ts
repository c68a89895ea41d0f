// tools/std_source.ts with a fake JSR, and the import map that it falls back to.

import { assertEquals } from "@std/assert/equals";
import { assertNotEquals } from "@std/assert/not-equals";
import config from "../../deno.json" with { type: "json" };
import npmStd from "../../tools/npm_std.json" with { type: "json" };
import { cachedSource, findSource, flagsFor, NPM_FLAG, reachesJsr, SOURCE_FILE } from "../../tools/std_source.ts";

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

Deno.test("npm_std.json has all imports of deno.json, from npm", () => {
  const expected = Object.keys(config.imports).map((name) => [name, npmTarget(name)]);
  assertNotEquals(expected, []);
  assertEquals(npmStd.imports, Object.fromEntries(expected));
});

Deno.test("deno.json imports nothing but std: the demo would load all of it", () => {
  assertEquals(Object.keys(config.imports).filter((name) => !name.startsWith("@std/")), []);
});

Deno.test("findSource() takes std from npm where jsr.io cannot be reached", async () => {
  assertEquals(await findSource({ fetch: () => Promise.resolve(Response.json(META)) }), "jsr");
  assertEquals(await findSource({ fetch: () => Promise.reject(new TypeError("no network")) }), "npm");
  assertEquals([flagsFor("jsr"), flagsFor("npm")], [[], [NPM_FLAG]]);
});

Deno.test("cachedSource() is what deno task cache wrote down, if it did", async () => {
  const file = await Deno.makeTempFile();
  try {
    for (
      const [text, source] of [["npm\n", "npm"], ["jsr\n", "jsr"], ["", undefined], ["elsewhere", undefined]] as const
    ) {
      await Deno.writeTextFile(file, text);
      assertEquals(cachedSource(file), source);
    }
  } finally {
    await Deno.remove(file);
  }
  assertEquals(cachedSource(file), undefined);
});

Deno.test("git ignores the file of deno task cache", async () => {
  const ignored = (await Deno.readTextFile(".gitignore")).split("\n");
  assertEquals(ignored.includes(`${SOURCE_FILE.split("/")[0]}/`), true);
});

/** `@std/cli/parse-args` is the file `cli/parse_args.js` there. */
function npmTarget(name: string): string | undefined {
  const path = name.match(/^@std\/(.+)$/)?.[1];
  return path && `npm:deno-std@1.4.0/${path.replaceAll("-", "_")}.js`;
}
