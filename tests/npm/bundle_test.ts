// Bundles of the npm package stay small.

import { assertEquals } from "@std/assert/equals";
import { testWith } from "../support/needed_programs.ts";
import { BUNDLERS, PAGES, sizeOf } from "./bundles.ts";
import { InstalledPackage, PACKAGING } from "./installed_package.ts";

/** Sizes in bytes, minified and gzipped. */
interface Sizes {
  /** The code that a page with the client loads at once. */
  readonly client: number;
  /** The code that is loaded when the first message in protobuf is decoded without a schema module. */
  readonly onDemand: number;
  /** The code that SceneUpdate adds to all files. */
  readonly schema: number;
}

/** The maximum sizes. esbuild puts everything into one file, as long as it is not told to split. */
const MAX: Readonly<Record<string, Sizes>> = {
  esbuild: { client: 35_400, onDemand: 0, schema: 6_500 },
  vite: { client: 24_900, onDemand: 11_300, schema: 6_500 },
};

testWith(PACKAGING, "a bundle with the client is small, and one schema adds little", async (t) => {
  await using app = await InstalledPackage.create();
  for (const [bundler, bundle] of Object.entries(BUNDLERS)) {
    await t.step(bundler, async () => {
      const page = await bundle(app, PAGES.client);
      const withSchema = await bundle(app, PAGES["client and SceneUpdate"]);
      const hasSchema = [page, withSchema].map((each) => each.some(({ code }) => code.includes("SceneUpdate")));
      assertEquals(hasSchema, [false, true]);
      const client = await sizeOf(page, true);
      const sizes: Sizes = {
        client,
        onDemand: await sizeOf(page) - client,
        schema: await sizeOf(withSchema) - await sizeOf(page),
      };
      console.log(
        `${bundler}, gzipped: the client ${kilobytes(sizes.client)}, protobuf on demand ${
          kilobytes(sizes.onDemand)
        }, ` +
          `SceneUpdate adds ${kilobytes(sizes.schema)}`,
      );
      const max = MAX[bundler]!;
      const isSmall = (name: keyof Sizes) => sizes[name] <= max[name];
      assertEquals({ sizes, tooLarge: (["client", "onDemand", "schema"] as const).filter((name) => !isSmall(name)) }, {
        sizes,
        tooLarge: [],
      });
    });
  }
});

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
