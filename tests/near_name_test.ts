// nearName(): names that were probably meant.

import { assertEquals } from "@std/assert/equals";
import { didYouMean, nearName } from "../src/near_name.ts";

const TOPICS = ["/battery", "/robot/odom", "/scan", "/tf", "/camera/image"];

for (
  const [name, others, expected] of [
    ["battery", TOPICS, "/battery"],
    ["/Battery", TOPICS, "/battery"],
    ["/batery", TOPICS, "/battery"],
    ["/bat", TOPICS, "/battery"],
    ["odom", TOPICS, "/robot/odom"],
    ["odmo", TOPICS, "/robot/odom"],
    ["/odom", TOPICS, "/robot/odom"],
    ["/camera/imgae", TOPICS, "/camera/image"],
    ["/rset", ["/set_speed", "/reset"], "/reset"],
    ["sec", ["second_hand", "seconds"], "second_hand"],
    ["ur", ["token", "url"], "url"],
    ["prot", ["host", "port"], "port"],
    ["nummber", ["object", "number"], "number"],
    ["supported_encodings", ["supportedEncodings", "name"], "supportedEncodings"],
    ["lasr", ["map", "base_link", "laser"], "laser"],
    ["/imu", TOPICS, undefined],
    ["/a", ["/b", "/c"], undefined],
    ["nonsense", ["seconds", "json", "timeout"], undefined],
    ["", TOPICS, undefined],
    ["/", TOPICS, undefined],
    ["/scan", ["/scan"], undefined],
    ["x".repeat(100_000), TOPICS, undefined],
  ] as const
) {
  Deno.test(`nearName() finds ${expected} for ${JSON.stringify(name.slice(0, 20))}`, () => {
    assertEquals(nearName(name, others), expected);
  });
}

Deno.test("nearName() prefers the nearest name", () => {
  assertEquals(nearName("/camera1", ["/camera22", "/camera2", "/cam"]), "/camera2");
});

Deno.test("didYouMean() is empty without a near name", () => {
  assertEquals(didYouMean("/batery", TOPICS), '; did you mean "/battery"?');
  assertEquals(didYouMean("/imu", TOPICS), "");
});
