// Checks of an example's channels and layout, as apps would judge them.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveClient } from "../../src/client/mod.ts";
import { channelWarnings } from "../../src/session/channel_warnings.ts";
import { PROJECT } from "./project_files.ts";

interface Layout {
  configById: Record<string, unknown>;
  layout: LayoutNode;
}

/** The id of a panel, or two areas beside each other. */
type LayoutNode = string | { direction: "row" | "column"; first: LayoutNode; second: LayoutNode };

/** Asserts that the server has exactly these topics, and that apps accept all of its channels. */
export async function assertChannels(client: FoxgloveClient, topics: readonly string[]): Promise<void> {
  for (const topic of topics) await client.waitForChannel(topic);
  const channels = [...client.channels.values()];
  assertEquals(channels.map(({ topic }) => topic).sort(), [...topics].sort());
  for (const channel of channels) {
    assertEquals(channelWarnings(channel, channels.filter((other) => other !== channel)), []);
  }
}

/** Asserts that each panel of `examples/layouts/<name>.json` has a config and each config a panel, without other topics. */
export async function assertLayout(name: string, topics: readonly string[]): Promise<void> {
  const text = await Deno.readTextFile(new URL(`examples/layouts/${name}.json`, PROJECT));
  const { configById, layout }: Layout = JSON.parse(text);
  assertEquals(panels(layout).sort(), Object.keys(configById).sort());
  assertEquals([...topicsIn(configById)].filter((topic) => !topics.includes(topic)), []);
}

function panels(node: LayoutNode): string[] {
  return typeof node === "string" ? [node] : [node.first, node.second].flatMap(panels);
}

/** The topics in the keys and values of a config: texts that begin with a slash, up to the path of a member. */
function topicsIn(config: unknown): Set<string> {
  const texts: string[] = [];
  JSON.stringify(config, (key, value) => {
    texts.push(key, ...(typeof value === "string" ? [value] : []));
    return value;
  });
  return new Set(texts.flatMap((text) => /^(\/[\w/]+)/.exec(text)?.slice(1) ?? []));
}
