// ParameterStore with a file: which values survive a restart.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { openStore } from "./fixture.ts";

/** The path of a parameter file in a new folder, maybe with content. */
async function parameterFile(content?: string): Promise<{ path: string } & AsyncDisposable> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "saved_parameters_" }));
  const path = `${folder}/parameters.json`;
  if (content !== undefined) Deno.writeTextFileSync(path, content);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

const DEFINITIONS = {
  "/pid/kp": { value: 1.5, min: 0, max: 10 },
  "/mode": { value: "auto", oneOf: ["auto", "manual"] },
  "/serial": { value: "A17", readOnly: true },
  "/id": { value: 5n },
  "/key": { value: "3q0=", type: "byte_array" },
  "/gains": { value: [1, 2] },
  "/limits": { value: { speed: 1, "": [true] } },
  "/large": { value: 1 },
} as const;

Deno.test("ParameterStore restores every kind of value, set by the program or by a client", async () => {
  await using file = await parameterFile();
  {
    await using first = openStore(DEFINITIONS, { file: file.path });
    first.write({ name: "/pid/kp", value: 2 }, { name: "/mode", value: "manual" }, {
      name: "/id",
      value: 2n ** 64n - 1n,
    });
    first.store.set("/serial", "B\u20282");
    first.store.set("/key", "AAAA");
    first.store.set("/gains", [3, 4.5]);
    first.store.set("/limits", { speed: 2, "": [] });
    first.store.set("/large", 2 ** 60);
  }
  const text = Deno.readTextFileSync(file.path);
  assertEquals(
    text,
    `{
  "/pid/kp": 2,
  "/mode": "manual",
  "/id": 18446744073709551615,
  "/serial": "B\u20282",
  "/key": "AAAA",
  "/gains": [3,4.5],
  "/limits": {"speed":2,"":[]},
  "/large": 1152921504606846976
}
`,
  );
  await using second = openStore(DEFINITIONS, { file: new URL(`file://${file.path}`) });
  const values = Object.keys(DEFINITIONS).map((name) => second.store.get(name as keyof typeof DEFINITIONS));
  assertEquals<unknown>(values, [
    2,
    "manual",
    "B\u20282",
    2n ** 64n - 1n,
    "AAAA",
    [3, 4.5],
    { speed: 2, "": [] },
    2 ** 60,
  ]);
  assertEquals([second.log, second.pushed], [[], []]);
});

Deno.test("ParameterStore saves only parameters that were set, so that the others follow their definitions", async () => {
  await using file = await parameterFile();
  {
    await using first = openStore({ "/a": { value: 1 }, "/b": { value: 2 } }, { file: file.path });
    first.store.set("/a", 1);
    await first.store.flush();
    assertThrows(() => Deno.statSync(file.path), Deno.errors.NotFound);
    first.store.set("/a", 5);
    first.store.set("/a", 1);
  }
  assertEquals(JSON.parse(Deno.readTextFileSync(file.path)), { "/a": 1 });
  const second = openStore({ "/a": { value: 10 }, "/b": { value: 20 } }, { file: file.path });
  assertEquals([second.store.get("/a"), second.store.get("/b")], [1, 20]);
});

Deno.test("ParameterStore ignores saved values that are not allowed, with a warning, and keeps them in the file", async () => {
  const saved = {
    "/pid/kp": 12,
    "/mode": "fast",
    "/serial": null,
    "/id": 5.5,
    "/key": "3q0",
    "/gains": [1, "2"],
    "/limits": {},
    "/unknown": { x: [null] },
  };
  await using file = await parameterFile(JSON.stringify(saved));
  const { store, owner, log } = openStore(DEFINITIONS, { file: file.path });
  const line = (name: string, why: string) =>
    `warn: Cannot use the value of parameter "${name}" in "${file.path}": ${why}; the default is used`;
  assertEquals(log, [
    line("/pid/kp", "12 is above 10"),
    line("/mode", '"fast" is not one of "auto", "manual"'),
    line("/serial", "null is not text"),
    line("/id", "5.5 is not an integer"),
    line("/key", '"3q0" is not base64'),
    line("/gains", "value[1] is not a number"),
    line("/limits", "value.speed is missing"),
  ]);
  assertEquals(
    owner.read(owner.names()).map(({ value }) => value),
    Object.values(DEFINITIONS).map(({ value }) => value),
  );
  store.set("/mode", "manual");
  await owner.close();
  assertEquals(JSON.parse(Deno.readTextFileSync(file.path)), { ...saved, "/mode": "manual" });
});

Deno.test("ParameterStore.flush() resolves when the file has all changes, and rejects if it cannot be written", async () => {
  await using file = await parameterFile();
  const { store, owner } = openStore({ "/a": { value: 1 } }, { file: file.path });
  store.set("/a", 2);
  await store.flush();
  assertEquals(JSON.parse(Deno.readTextFileSync(file.path)), { "/a": 2 });
  Deno.removeSync(file.path);
  Deno.mkdirSync(`${file.path}/child`, { recursive: true });
  // The values are still in force.
  store.set("/a", 3);
  await assertRejects(() => store.flush(), Error, `Cannot write parameters to "${file.path}": `);
  assertEquals(store.get("/a"), 3);
  await owner.close();
});

Deno.test("ParameterStore does not save changes after the server was closed", async () => {
  await using file = await parameterFile();
  const { store, owner } = openStore({ "/a": { value: 1 } }, { file: file.path });
  store.set("/a", 2);
  await owner.close();
  store.set("/a", 3);
  await store.flush();
  assertEquals([store.get("/a"), JSON.parse(Deno.readTextFileSync(file.path))], [3, { "/a": 2 }]);
});

Deno.test("server.parameters() does not touch the file if a definition is not valid", async () => {
  await using file = await parameterFile("not JSON");
  assertThrows(() => openStore({ "/a": { value: 1, min: 2 } }, { file: file.path }), RangeError);
  assertEquals(Deno.readTextFileSync(file.path), "not JSON");
  assertThrows(
    () => openStore({ "/a": { value: 1 } }, { file: "" }),
    TypeError,
    'Cannot open a parameter file: "" is not a path or a file: URL',
  );
});
