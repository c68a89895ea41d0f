// The task "page": bundles src/status_page, and writes the module that the server imports.

import { buildPage, fingerprintOf, PAGE_MODULE, pageModule } from "./build.ts";

if (import.meta.main) {
  const page = await buildPage();
  const url = new URL(`../../${PAGE_MODULE}`, import.meta.url);
  await Deno.mkdir(new URL(".", url), { recursive: true });
  await Deno.writeTextFile(url, pageModule(page, await fingerprintOf()));
  const bytes = new TextEncoder().encode(page.html).length;
  const gzip = new Response(new Blob([page.html]).stream().pipeThrough(new CompressionStream("gzip")));
  const compressed = (await gzip.arrayBuffer()).byteLength;
  console.log(`${PAGE_MODULE}: ${kilobytes(bytes)}, compressed ${kilobytes(compressed)}`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
