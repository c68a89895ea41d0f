// Checks of what an example advertises, and of its layout for the apps.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveClient } from "../../src/client/mod.ts";
import { channelWarnings } from "../../src/session/channel_warnings.ts";
import { PROJECT } from "./project_files.ts";

type JsonObject = Readonly<Record<string, unknown>>;
/** One side of a split layout: the id of a panel, or another split. */
type Side = string | { first: Side; second: Side };

interface Layout {
  configById: Readonly<Record<string, JsonObject>>;
  layout: Side;
}

/** The members of panel configs that are a topic, or a path that begins with one. */
const PATH_MEMBERS = ["value", "path", "topicPath", "topicToRender"];

/** Asserts that apps accept the schemas of all channels. */
export function assertSchemas(client: FoxgloveClient): void {
  const channels = [...client.channels.values()];
  const warnings = channels.flatMap((channel) =>
    channelWarnings(channel, channels.filter((other) => other !== channel))
  );
  assertEquals([channels.length > 0, warnings], [true, []]);
}

/**
 * Asserts that a layout has a config for each panel, and that the server advertises each topic and service that it
 * names.
 *
 * @param name The name of its file in examples/layouts/.
 */
export async function assertLayout(name: string, client: FoxgloveClient): Promise<void> {
  const text = await Deno.readTextFile(new URL(`examples/layouts/${name}`, PROJECT));
  const { configById, layout }: Layout = JSON.parse(text);
  assertEquals(panelsOf(layout).sort(), Object.keys(configById).sort());

  const { topics, services } = namesIn(configById);
  const advertised = new Set([...client.channels.values()].map(({ topic }) => topic));
  assertEquals([topics.size > 0, [...topics].filter((topic) => !advertised.has(topic))], [true, []]);
  const offered = new Set([...client.services.values()].map(({ name }) => name));
  assertEquals([...services].filter((service) => !offered.has(service)), []);
}

function panelsOf(side: Side): string[] {
  return typeof side === "string" ? [side] : [...panelsOf(side.first), ...panelsOf(side.second)];
}

/** Finds the topics and services that a config names, at any depth. */
function namesIn(config: JsonObject): { topics: Set<string>; services: Set<string> } {
  const topics = new Set<string>();
  const services = new Set<string>();
  const visit = (object: JsonObject): void => {
    for (const [key, member] of Object.entries(object)) {
      if (key === "topics" && isObject(member)) Object.keys(member).forEach((topic) => topics.add(topic));
      if (key === "serviceName") services.add(String(member));
      if (PATH_MEMBERS.includes(key)) topics.add(String(member).split(/[.[{]/)[0]!);
      if (isObject(member)) visit(member);
    }
  };
  visit(config);
  return { topics, services };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null;
}
