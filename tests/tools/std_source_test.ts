// tools/std_source.ts with a fake JSR, and the import map for machines that cannot reach JSR.

import { assertEquals } from "@std/assert/equals";
import { assertNotEquals } from "@std/assert/not-equals";
import config from "../../deno.json" with { type: "json" };
import npmStd from "../../tools/npm_std.json" with { type: "json" };
import { NPM_FRAMEWORKS, NPM_NATS } from "../../tools/peers.ts";
import { cachedSource, findSource, flagsFor, NPM_FLAG, reachesJsr, SOURCE_FILE } from "../../tools/std_source.ts";

const META = { scope: "std", name: "assert", latest: "1.0.0", versions: {} };

const responses: { name: string; respond: (signal: AbortSignal) => Promise<Response>; reached: boolean }[] = [
  { name: "with the file", respond: () => Promise.resolve(Response.json(META)), reached: true },
  {
    name: "with an error",
    respond: () => Promise.resolve(new Response("Bad gateway", { status: 502 })),
    reached: false,
  },
  { name: "with a login page", respond: () => Promise.resolve(new Response("<html></html>")), reached: false },
  { name: "with other JSON", respond: () => Promise.resolve(Response.json(null)), reached: false },
  {
    name: "with a refused connection",
    respond: () => Promise.reject(new TypeError("error sending request")),
    reached: false,
  },
  { name: "only after the time limit", respond: neverResponds, reached: false },
];

for (const { name, respond, reached } of responses) {
  Deno.test(`reachesJsr() returns ${reached} if JSR responds ${name}`, async () => {
    const fetch = (_url: string, { signal }: { signal: AbortSignal }) => respond(signal);
    assertEquals(await reachesJsr({ fetch, limitMs: 10 }), reached);
  });
}

function neverResponds(signal: AbortSignal): Promise<Response> {
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

Deno.test("npm_std.json maps all imports of deno.json to npm", () => {
  const expected = Object.keys(config.imports).map((name) => [name, npmTarget(name)]);
  assertNotEquals(expected, []);
  assertEquals(npmStd.imports, Object.fromEntries(expected));
});

Deno.test("deno.json, npm_std.json and peers.ts name the same packages for examples/node and examples/nats", () => {
  const [node, nats] = [NPM_FRAMEWORKS, NPM_NATS].map((packages) =>
    Object.fromEntries(Object.entries(packages).map(([name, version]) => [name, `npm:${name}@${version}`]))
  );
  assertEquals(config.scopes, { "./examples/node/": node, "./examples/nats/": nats });
  assertEquals(npmStd.scopes, { "../examples/node/": node, "../examples/nats/": nats });
});

Deno.test("deno.json imports only std, because the demo loads all imports", () => {
  assertEquals(Object.keys(config.imports).filter((name) => !name.startsWith("@std/")), []);
});

Deno.test("findSource() selects npm if jsr.io cannot be reached", async () => {
  assertEquals(await findSource({ fetch: () => Promise.resolve(Response.json(META)) }), "jsr");
  assertEquals(await findSource({ fetch: () => Promise.reject(new TypeError("no network")) }), "npm");
  assertEquals([flagsFor("jsr"), flagsFor("npm")], [[], [NPM_FLAG]]);
});

Deno.test("cachedSource() returns the source that deno task cache stored, if any", async () => {
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

/** Returns the target for an import: `@std/cli/parse-args` is `cli/parse_args.js` in the npm package. */
function npmTarget(name: string): string | undefined {
  const path = name.match(/^@std\/(.+)$/)?.[1];
  return path && `npm:deno-std@1.4.0/${path.replaceAll("-", "_")}.js`;
}
