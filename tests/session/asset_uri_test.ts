// Asset URIs: the canonical form for comparisons, and URIs that resolve to another path.

import { assertEquals } from "@std/assert/equals";
import { canonicalAssetUri, hasNoDotSegments } from "../../src/session/asset_uri.ts";

for (
  const [uri, canonical] of [
    ["package://arm/base.stl", "package://arm/base.stl"],
    ["", ""],
    ["%73ecret", "secret"],
    ["%73%65%63%72%65%74", "secret"],
    ["%2f%2F", "//"],
    ["%5c", "\\"],
    ["a%3Fb%23c", "a?b#c"],
    ["a?b#c", "a?b#c"],
    ["%c3%BC", "ü"],
    ["ü", "ü"],
    ["%F0%9F%A4%96", "🤖"],
    ["%EF%BB%BFsecret", "\ufeffsecret"],
    // Decoded once only.
    ["%2573ecret", "%73ecret"],
    ["%25", "%"],
    ["%252e%252e", "%2e%2e"],
    // A "%" that does not begin a byte.
    ["100%.png", "100%.png"],
    ["%", "%"],
    ["%4", "%4"],
    ["%4g%g4", "%4g%g4"],
    ["%%41", "%A"],
    ["%2%35", "%25"],
    ["%u0041", "%u0041"],
  ] as const
) {
  Deno.test(`canonicalAssetUri() of ${JSON.stringify(uri)} is ${JSON.stringify(canonical)}`, () => {
    assertEquals(canonicalAssetUri(uri), canonical);
  });
}

const REFUSED: Readonly<Record<string, string[]>> = {
  "a control character": ["a\0b", "\n", "\x1f", "\x7f", "\x80", "\x9f"],
  "an encoded control character": ["%00", "%0a", "%1F", "%7f", "%C2%80", "%c2%9f"],
  "a byte that is not UTF-8": ["%ff", "%80", "%e2%82", "%c3", "%c3ü", "ü%bc", "%f4%90%80%80"],
  "an overlong sequence": ["%c0%af", "%c0%ae%c0%ae", "%e0%80%af", "%f0%80%80%af"],
  "half a surrogate pair": ["\ud83e", "\udd16\ud83e", "%ed%a0%be", "%ed%a0%be%ed%b4%96"],
};

for (const [what, uris] of Object.entries(REFUSED)) {
  Deno.test(`canonicalAssetUri() rejects ${what}`, () => {
    assertEquals(uris.filter((uri) => canonicalAssetUri(uri) !== undefined), []);
    assertEquals(uris.filter((uri) => canonicalAssetUri(`package://arm/${uri}/base.stl`) !== undefined), []);
  });
}

Deno.test("hasNoDotSegments() accepts names and single separators", () => {
  const accepted = [
    "package://arm/base.stl",
    "package://arm/a..b/.hidden/...",
    "package://arm/",
    "file:///etc/hostname",
    "FILE:///a",
    "https://robot/a?b=c#d",
    "/meshes/base.stl",
    "base.stl",
    "",
  ];
  assertEquals(accepted.filter((uri) => !hasNoDotSegments(uri)), []);
});

Deno.test("hasNoDotSegments() rejects dots and repeated separators", () => {
  const rejected = [
    "package://arm/../secret",
    "package://arm/..",
    "package://arm/./x",
    "package://arm/..\\secret",
    "package://arm/..?x",
    "..",
    "package://arm//secret",
    "package://arm/\\secret",
    "package:///secret",
    "file:////secret",
    "//secret",
  ];
  assertEquals(rejected.filter(hasNoDotSegments), []);
});
