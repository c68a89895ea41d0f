// Checks of an example's channels, services and layout, as apps would judge them.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveClient } from "../../src/client/mod.ts";
import { channelWarnings } from "../../src/session/channel_warnings.ts";
import { serviceWarnings } from "../../src/session/service_warnings.ts";
import { PROJECT } from "./project_files.ts";

interface Layout {
  configById: Record<string, unknown>;
  layout: LayoutNode;
}

/** The id of a panel, or two areas beside each other. */
type LayoutNode = string | { direction: "row" | "column"; first: LayoutNode; second: LayoutNode };

/** Asserts that the server has exactly these topics, and that apps accept all of its channels and services. */
export async function assertChannels(client: FoxgloveClient, topics: readonly string[]): Promise<void> {
  for (const topic of topics) await client.waitForChannel(topic);
  const channels = [...client.channels.values()];
  assertEquals(channels.map(({ topic }) => topic).sort(), [...topics].sort());
  const warnings = channels.flatMap((channel) =>
    channelWarnings(channel, channels.filter((other) => other !== channel))
  );
  assertEquals([...warnings, ...[...client.services.values()].flatMap(serviceWarnings)], []);
}

/**
 * Asserts that each panel of `examples/layouts/<name>.json` has a config and each config a panel, and that the server
 * advertises all topics and services in it. `published`: topics to which the app itself publishes.
 */
export async function assertLayout(
  name: string,
  client: FoxgloveClient,
  published: readonly string[] = [],
): Promise<void> {
  const text = await Deno.readTextFile(new URL(`examples/layouts/${name}.json`, PROJECT));
  const { configById, layout }: Layout = JSON.parse(text);
  assertEquals(panelsOf(layout).sort(), Object.keys(configById).sort());
  const advertised = [
    ...[...client.channels.values()].map(({ topic }) => topic),
    ...[...client.services.values()].map(({ name }) => name),
  ];
  const named = namesIn(configById);
  assertEquals(named.size > 0, true);
  assertEquals([...named].filter((name) => !advertised.includes(name)).sort(), [...published].sort());
}

function panelsOf(node: LayoutNode): string[] {
  return typeof node === "string" ? [node] : [node.first, node.second].flatMap(panelsOf);
}

/**
 * Returns the topics and services in the keys and values of a config: texts that begin with a slash, up to the path of
 * a member.
 */
function namesIn(config: unknown): Set<string> {
  const texts: string[] = [];
  JSON.stringify(config, (key, value) => {
    texts.push(key, ...(typeof value === "string" ? [value] : []));
    return value;
  });
  return new Set(texts.flatMap((text) => /^(\/[\w/]+)/.exec(text)?.slice(1) ?? []));
}
