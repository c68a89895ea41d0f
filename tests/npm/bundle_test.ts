// Bundles of the npm package stay small.

import { assertEquals } from "@std/assert/equals";
import { testWith } from "../support/needed_programs.ts";
import { type Bundler, BUNDLERS, type Chunk, pageWith, sizeOf } from "./bundles.ts";
import { InstalledPackage, PACKAGING } from "./installed_package.ts";

/** Sizes in bytes, minified and gzipped. */
type Sizes = Readonly<Record<Part, number>>;

/** The parts whose sizes are measured. */
type Part = keyof typeof PARTS;

const PARTS = {
  "the client": "the code that a page with the client loads at once",
  "on demand": "the code that is loaded when the first message in protobuf is decoded without a schema",
  "PoseInFrame": "the code that a page with this schema loads at once in addition: codec and messages",
  "Log": "the same for a schema without other messages",
  "CompressedImage": "the same for a schema with bytes",
  "SceneUpdate": "the same for a schema that contains 14 other messages",
  "a second schema": "the code that Log adds to a page with PoseInFrame",
} as const;

/** The maximum sizes. Raise one only if users get something for it, and say what in the commit. */
const MAX: Readonly<Record<Bundler, Sizes>> = {
  "esbuild": {
    "the client": 32_800,
    "on demand": 0,
    "PoseInFrame": 6_000,
    "Log": 5_800,
    "CompressedImage": 5_600,
    "SceneUpdate": 9_000,
    "a second schema": 500,
  },
  "esbuild --splitting": {
    "the client": 24_400,
    "on demand": 9_400,
    "PoseInFrame": 10_100,
    "Log": 9_900,
    "CompressedImage": 9_700,
    "SceneUpdate": 13_000,
    "a second schema": 500,
  },
  "vite": {
    "the client": 24_700,
    "on demand": 9_200,
    "PoseInFrame": 9_700,
    "Log": 9_500,
    "CompressedImage": 9_400,
    "SceneUpdate": 12_400,
    "a second schema": 500,
  },
};

testWith(PACKAGING, "bundles with the client and with schemas are small", async (t) => {
  await using app = await InstalledPackage.create();
  for (const bundler of Object.keys(BUNDLERS) as Bundler[]) {
    await t.step(bundler, async () => {
      const sizes = await measure((...schemas) => BUNDLERS[bundler](app, pageWith(...schemas)));
      const parts = Object.keys(PARTS) as Part[];
      console.log(`${bundler}, gzipped: ${parts.map((part) => `${part} ${kilobytes(sizes[part])}`).join(", ")}`);
      assertEquals({ sizes, tooLarge: parts.filter((part) => sizes[part] > MAX[bundler][part]) }, {
        sizes,
        tooLarge: [],
      });
    });
  }
});

async function measure(bundle: (...schemas: string[]) => Promise<Chunk[]>): Promise<Sizes> {
  const page = await bundle();
  assertEquals(page.some(({ code }) => code.includes("PoseInFrame")), false);
  const client = sizeOf(page, true);
  const atOnce = async (...schemas: string[]) => {
    const chunks = await bundle(...schemas);
    for (const schema of schemas) assertEquals(chunks.some(({ code }) => code.includes(schema)), true);
    return sizeOf(chunks, true) - client;
  };
  const poseInFrame = await atOnce("PoseInFrame");
  return {
    "the client": client,
    "on demand": sizeOf(page) - client,
    "PoseInFrame": poseInFrame,
    "Log": await atOnce("Log"),
    "CompressedImage": await atOnce("CompressedImage"),
    "SceneUpdate": await atOnce("SceneUpdate"),
    "a second schema": await atOnce("PoseInFrame", "Log") - poseInFrame,
  };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
