// The search for the name that was probably meant.

import { assertEquals } from "@std/assert/equals";
import { similarName } from "../src/similar_name.ts";

const OPTIONS = ["name", "hostname", "port", "path", "supportedEncodings", "maxQueuedBytes"];
const TOPICS = ["/battery", "/arm/speed", "/reset", "/odom"];

Deno.test("similarName() finds names with other case, underscores, typos, beginnings and ends", () => {
  const find = (name: string, names: readonly string[]) => [name, similarName(name, names)];
  assertEquals([
    find("host", OPTIONS),
    find("supported_encodings", OPTIONS),
    find("prot", OPTIONS),
    find("maxQueudBytes", OPTIONS),
    find("battery", TOPICS),
    find("/batery", TOPICS),
    find("Speed", TOPICS),
    find("/odmo", TOPICS),
    find("/rest", TOPICS),
  ], [
    ["host", "hostname"],
    ["supported_encodings", "supportedEncodings"],
    ["prot", "port"],
    ["maxQueudBytes", "maxQueuedBytes"],
    ["battery", "/battery"],
    ["/batery", "/battery"],
    ["Speed", "/arm/speed"],
    ["/odmo", "/odom"],
    ["/rest", "/reset"],
  ]);
});

Deno.test("similarName() finds nothing if all names are different, or there are none", () => {
  assertEquals(
    [similarName("/lidar", TOPICS), similarName("color", OPTIONS), similarName("", TOPICS), similarName("a", [])],
    [undefined, undefined, undefined, undefined],
  );
});
