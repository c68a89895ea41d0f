// The programs of the pages that `deno test --doc` does not run: those that do not end, and those of Node.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { checkPrograms, type DocBlock, DocProgram, pagesBelow, readDocBlocks } from "../support/doc_blocks.ts";
import { within } from "../support/events.ts";
import { PROJECT } from "../support/project_files.ts";
import { freePort } from "../support/free_port.ts";
import { testWith } from "../support/needed_programs.ts";
import { NODE_22 } from "../support/server_runtimes.ts";

/** Pages whose ignored blocks are programs, all of which another test runs. That test also counts them. */
const OTHER_TESTS = {
  "README.md": "tests/examples/readme_programs_test.ts",
  "docs/getting_started.md": "tests/examples/getting_started_test.ts",
  "docs/relay.md": "tests/examples/relay_programs_test.ts",
  "docs/coming_from/": "tests/coming_from/",
};

/** Ignored blocks of the other pages, by a text that only they have, and how they are tested. */
const IGNORED: Readonly<Record<string, string>> = {
  "docs/cli.md: export interface Battery":
    "an excerpt of a generated file; tests/cli/generate_types_test.ts checks such files",
  'docs/cli.md: from "./topics.ts"': "imports a generated file; tests/cli/types_test.ts runs such programs",
  'docs/client.md: from "ws"': "is type-checked by tests/runtimes/ws_snippet_test.ts",
  "docs/deployment.md: export default": "is run here",
  "docs/nats.md: publishToNats": "is run by tests/examples/nats_docs_test.ts",
  "docs/nats.md: await server.start()": "is run by tests/examples/nats_docs_test.ts",
  "docs/scaling.md: serveWorkers": "is type-checked here; examples/workers_server.ts is such a program, and runs",
  "docs/troubleshooting.md: finally": "is run here",
};

async function ignoredBlocks(): Promise<(DocBlock & { page: string })[]> {
  const isOther = (page: string) => Object.keys(OTHER_TESTS).some((path) => page.startsWith(path));
  const pages = ["README.md", ...pagesBelow("docs")].filter((page) => !isOther(page));
  const blocks = await Promise.all(pages.map(async (page) => {
    return (await readDocBlocks(page)).map((block) => ({ ...block, page }));
  }));
  return blocks.flat().filter(({ language, attributes }) => {
    const isCode = ["ts", "tsx", "typescript", "js", "jsx", "javascript", "mjs", "mts"].includes(language);
    return isCode && (attributes.includes("ignore") || ["mjs", "mts"].includes(language));
  });
}

const blocks = await ignoredBlocks();

function find(key: string): (DocBlock & { page: string })[] {
  const [page = "", text = ""] = key.split(/: (.*)/);
  return blocks.filter((block) => block.page === page && block.code.includes(text));
}

function codeOf(key: keyof typeof IGNORED): string {
  return find(key)[0]!.code;
}

Deno.test("every block that is not a doc test is run by another test, or has a reason why not", () => {
  assertEquals(Object.keys(IGNORED).filter((key) => find(key).length !== 1), []);
  const known = new Set(Object.keys(IGNORED).flatMap(find));
  assertEquals(blocks.filter((block) => !known.has(block)).map(({ page, line }) => `${page}:${line}`), []);
});

Deno.test("each page with checks in its programs says how to run them, before the first program", async () => {
  const pages = await Promise.all(
    pagesBelow("docs").map(async (page) => {
      return { page, text: await Deno.readTextFile(new URL(page, PROJECT)) };
    }),
  );
  const checked = pages.filter(({ text }) => text.includes('from "@std/assert/'));
  const explained = checked.filter(({ text }) => text.split("```ts")[0]!.includes("#run-the-programs-of-other-pages"));
  assertEquals(explained, checked);
  assertEquals(checked.length > 10, true);
});

Deno.test("the programs of this file are valid TypeScript", async () => {
  const keys = Object.keys(IGNORED).filter((key) => /^is (run|type-checked) here/.test(IGNORED[key]!));
  assertEquals([keys.length, await checkPrograms(keys.map(codeOf))], [3, ""]);
});

Deno.test("the program for deno serve in docs/deployment.md accepts clients", async () => {
  const port = freePort();
  await using _running = await DocProgram.serve(codeOf("docs/deployment.md: export default"), port);
  const connected = FoxgloveClient.connect(`ws://127.0.0.1:${port}`, {
    retryInitialConnect: true,
    minRetryDelayMs: 20,
  });
  await using client = await within(connected, "deno serve");
  assertEquals(client.serverInfo.name, "my robot");
});

testWith(NODE_22, "the program without `using` in docs/troubleshooting.md ends on Node", async (_t, executable) => {
  await using running = await DocProgram.startOn("Node", executable, codeOf("docs/troubleshooting.md: finally"));
  const { code, lines, stderr } = await running.program.ended();
  assertEquals([code, lines.length, stderr], [0, 1, ""]);
});
