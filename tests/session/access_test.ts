// Access: which names rights allow, and how messages to a client are filtered.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import { runInNewContext } from "node:vm";
import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import type { ConnectionGraphUpdate } from "../../src/protocol/connection_graph.ts";
import type { ServiceId } from "../../src/protocol/ids.ts";
import { Access } from "../../src/session/access.ts";
import { type Rights, rightsFrom } from "../../src/session/rights.ts";

const LISTS = [
  "topics",
  "clientTopics",
  "services",
  "readableParameters",
  "writableParameters",
  "assets",
] as const satisfies (keyof Rights)[];

const SERVICES = ["/arm/reset", "/reset"].map((name, index) => ({ id: index as ServiceId, name, type: "Reset" }));

const GRAPH: ConnectionGraphUpdate = {
  op: "connectionGraphUpdate",
  publishedTopics: [{ name: "/odom", publisherIds: ["base"] }, { name: "/arm/state", publisherIds: ["arm"] }],
  subscribedTopics: [{ name: "/odom", subscriberIds: ["nav"] }, { name: "/arm/state", subscriberIds: ["nav"] }],
  advertisedServices: [{ name: "/reset", providerIds: ["base"] }, { name: "/arm/reset", providerIds: ["arm"] }],
  removedTopics: ["/scan", "/arm/old"],
  removedServices: ["/stop", "/arm/stop"],
};

for (const list of LISTS) {
  Deno.test(`Access.allows() everything if ${list} is not limited, and nothing if it is empty`, () => {
    assertEquals([new Access().isRestricted(list), new Access().allows(list, "/any")], [false, true]);
    const none = new Access({ [list]: [] });
    assertEquals([none.isRestricted(list), none.allows(list, "/any"), none.allows(list, "")], [true, false, false]);
  });
}

for (
  const [names, name, isAllowed] of [
    [["/odom"], "/odom", true],
    [["/odom"], "/odom/x", false],
    [["/odom"], "/odo", false],
    [["/odom"], "/ODOM", false],
    [["/camera/*"], "/camera/front/image", true],
    [["/camera/*"], "/camera/", true],
    [["/camera/*"], "/camera", false],
    [["/camera/*"], "/cameras/front", false],
    [["/camera*"], "/cameras/front", true],
    [["/a", "/b/*", "/c"], "/b/x", true],
    [["/a", "/b/*", "/c"], "/c", true],
    [["/a", "/b/*", "/c"], "/d", false],
    [["*"], "", true],
    [["/a.c"], "/abc", false],
    [[/^\/camera\/\d+$/g], "/camera/12", true],
    [[/^\/camera\/\d+$/g], "/camera/front", false],
    [["/a", /odom/i], "/wheel/ODOM", true],
    [[/\/odom/y], "/odom", true],
    [[/\/odom/y], "/wheel/odom", false],
    [[/\/odom/gy], "/wheel/odom", false],
  ] as const
) {
  Deno.test(`Access.allows() with [${names.join(", ")}] returns ${isAllowed} for "${name}"`, () => {
    const access = new Access({ topics: names });
    // Called twice, because a RegExp may continue where it stopped.
    assertEquals([access.allows("topics", name), access.allows("topics", name)], [isAllowed, isAllowed]);
  });
}

Deno.test("Access of a read-only client denies writing, whatever the lists contain, and nothing else", () => {
  const everything = Object.fromEntries(LISTS.map((list) => [list, ["*"]]));
  const access = new Access({ ...everything, readOnly: true });
  assertEquals(access.isReadOnly, true);
  assertEquals(LISTS.filter((list) => access.allows(list, "/x")), ["topics", "readableParameters", "assets"]);
  assertEquals(LISTS.filter((list) => new Access({ readOnly: true }).isRestricted(list)), [
    "clientTopics",
    "services",
    "writableParameters",
  ]);
});

Deno.test("Access.excludes() a capability if all lists that limit it are empty", () => {
  const excluded = (rights: Rights) => CAPABILITIES.filter((capability) => new Access(rights).excludes(capability));
  assertEquals(excluded({}), []);
  assertEquals(excluded(Object.fromEntries(LISTS.map((list) => [list, ["/any"]]))), []);
  assertEquals(excluded({ readOnly: true }), ["clientPublish", "services", "playbackControl"]);
  const nothing = Object.fromEntries(LISTS.map((list) => [list, []]));
  assertEquals(excluded(nothing), CAPABILITIES.filter((each) => each !== "time" && each !== "playbackControl"));
  for (const list of LISTS) {
    const all = ["*"];
    const everythingElse = Object.fromEntries(LISTS.map((each) => [each, each === list ? [] : all]));
    assertEquals(excluded(everythingElse), excluded({ [list]: [] }));
  }
  assertEquals(excluded({ topics: [] }), []);
  assertEquals(excluded({ writableParameters: [] }), []);
  assertEquals(excluded({ readableParameters: [] }), ["parametersSubscribe"]);
  assertEquals(excluded({ topics: [], services: [] }), ["services", "connectionGraph"]);
});

Deno.test("Access.allows() no asset whose URI resolves to another path", () => {
  const access = new Access({ assets: ["package://arm/*"] });
  const direct = [
    "package://arm/base.dae",
    "package://arm/a..b/.hidden",
    "package://arm/%C3%A4.dae",
    "package://arm/100%.png",
    "package://arm/%",
  ];
  assertEquals(direct.filter((uri) => !access.allows("assets", uri)), []);
  const indirect = [
    "package://arm/../secret",
    "package://arm/a/../../secret",
    "package://arm/..",
    "package://arm/./x",
    "package://arm/%2e%2E/secret",
    "package://arm/..%2fsecret",
    "package://arm/..\\secret",
    "package://arm//secret",
    "package://arm/%2fsecret",
    "package://arm/%ff",
    "package://arm/%00",
    "package://arm/\ud83e",
  ];
  assertEquals(indirect.filter((uri) => access.allows("assets", uri)), []);
});

Deno.test("Access.allows() assets by the meaning of their URIs, not by their spelling", () => {
  const excluding = new Access({ assets: [/^package:\/\/arm\/(?!secret)/] });
  const secrets = [
    "secret",
    "%73ecret",
    "s%65cret",
    "%73%65%63%72%65%74",
    "secret%2Fkey",
    "/secret",
    "%2Fsecret",
    "./secret",
  ];
  assertEquals(secrets.filter((path) => excluding.allows("assets", `package://arm/${path}`)), []);
  // A different file: its name begins with a percent sign.
  assertEquals(excluding.allows("assets", "package://arm/%2573ecret"), true);

  const exact = new Access({ assets: ["package://arm/base link.stl", "package://arm/%C3%BC.stl"] });
  const allowed = ["base link.stl", "base%20link.stl", "ü.stl", "%c3%bc.stl", "%C3%BC.stl"];
  assertEquals(allowed.filter((path) => !exact.allows("assets", `package://arm/${path}`)), []);
  assertEquals(exact.allows("assets", "package://arm/%25C3%25BC.stl"), false);

  const beginning = new Access({ assets: ["package://my%20arm/*"] });
  const beginnings = ["package://my arm/a", "package://my%20arm/a", "package://my%20arm/"];
  assertEquals(beginnings.filter((uri) => !beginning.allows("assets", uri)), []);
  // An encoded star is an ordinary character.
  const star = new Access({ assets: ["package://arm/%2a"] });
  assertEquals(["*", "%2A", "a"].map((path) => star.allows("assets", `package://arm/${path}`)), [true, true, false]);
});

Deno.test("Access.allows() no asset with a pattern that is not text", () => {
  const access = new Access({ assets: ["package://arm/%ff", "package://arm/%c3*"] });
  assertEquals(access.allows("assets", "package://arm/%ff"), false);
  assertEquals(access.allows("assets", "package://arm/%c3%bc"), false);
  const rejects = (pattern: string) =>
    assertThrows(() => rightsFrom({ assets: [pattern] }), TypeError, "which is not UTF-8 or has control characters");
  for (const pattern of ["%ff", "package://arm/%c3*", "\0", "%00"]) rejects(pattern);
  assertEquals(rightsFrom({ topics: ["%ff"], assets: ["100%*", "*"] }), { topics: ["%ff"], assets: ["100%*", "*"] });
});

Deno.test("Access returns unrestricted data as the same object", () => {
  const access = new Access({ clientTopics: [], assets: [], writableParameters: [] });
  const parameters = [{ name: "/rate", value: 5 }];
  assertStrictEquals(access.services(SERVICES), SERVICES);
  assertStrictEquals(access.parameters(parameters), parameters);
  assertStrictEquals(access.graph(GRAPH), GRAPH);
});

Deno.test("Access filters services, parameters and the graph by the rights", () => {
  const access = new Access({ topics: ["/arm/*"], services: ["/arm/*"], readableParameters: ["/arm/*"] });
  assertEquals(access.services(SERVICES).map(({ name }) => name), ["/arm/reset"]);
  assertEquals(access.parameters([{ name: "/rate", value: 5 }, { name: "/arm/rate", value: 6 }]), [
    { name: "/arm/rate", value: 6 },
  ]);
  assertEquals(access.graph(GRAPH), {
    op: "connectionGraphUpdate",
    publishedTopics: [{ name: "/arm/state", publisherIds: ["arm"] }],
    subscribedTopics: [{ name: "/arm/state", subscriberIds: ["nav"] }],
    advertisedServices: [{ name: "/arm/reset", providerIds: ["arm"] }],
    removedTopics: ["/arm/old"],
    removedServices: ["/arm/stop"],
  });
  const visible = new Access({ readOnly: true }).graph(GRAPH);
  assertEquals([
    visible.publishedTopics.length,
    visible.advertisedServices.length,
    visible.removedServices.length,
  ], [
    2,
    0,
    0,
  ]);
});

Deno.test("rightsFrom() copies the rights: later changes have no effect", () => {
  const topics = ["/odom"];
  const rights = rightsFrom({ topics, readOnly: false });
  topics.push("/secret");
  assertEquals(rights, { topics: ["/odom"], readOnly: false });
  assertThrows(() => (rights as { topics: string[] }).topics.push("/secret"), TypeError);
});

Deno.test("rightsFrom() and Access copy expressions: recompiling one later has no effect", () => {
  const given = /^\/odom$/;
  const rights = rightsFrom({ topics: [given] });
  given.compile(".*");
  const access = new Access(rights);
  // A hook that finds the expressions in its client's identity could do this.
  for (const pattern of rights.topics ?? []) if (pattern instanceof RegExp) pattern.compile(".*");
  assertEquals([access.allows("topics", "/odom"), access.allows("topics", "/secret")], [true, false]);
});

Deno.test("rightsFrom() accepts names from another realm, but no expressions, because it cannot recognize them", () => {
  assertEquals(rightsFrom(runInNewContext('({ topics: ["/odom"] })')), { topics: ["/odom"] });
  const expression = () => rightsFrom(runInNewContext("({ topics: [/odom/] })"));
  assertThrows(expression, TypeError, '"topics" contains object, which is not a name');
});

Deno.test("rightsFrom() accepts its own result, and an empty object for all rights", () => {
  const rights = rightsFrom({ readOnly: true, topics: ["/odom", /^\/camera/y] });
  assertEquals(rightsFrom(rights), rights);
  assertEquals(rightsFrom({}), {});
});

class Narrower extends RegExp {
  override test(text: string): boolean {
    return !text.includes("secret") && super.test(text);
  }
}

class NotSecret extends Array<string> {
  override *[Symbol.iterator](): ArrayIterator<string> {
    for (const name of super[Symbol.iterator]()) if (!name.includes("secret")) yield name;
  }
}

Deno.test("rightsFrom() rejects values that would otherwise limit nothing, or less than intended", () => {
  const rejects = (rights: unknown, text: string) =>
    assertThrows(() => rightsFrom(rights), TypeError, `Cannot limit a client's rights: ${text}`);
  const noObject = "not a plain object";
  rejects(null, noObject);
  rejects("readOnly", noObject);
  rejects([], noObject);
  rejects([{ readOnly: true }], noObject);
  rejects(new Map([["readOnly", true]]), noObject);
  rejects(Object.create({ readOnly: true }), noObject);
  rejects({ readonly: true }, 'unknown member "readonly"');
  rejects({ [Symbol.for("readOnly")]: true }, 'unknown member "Symbol(readOnly)"');
  rejects({ readOnly: "yes" }, '"readOnly" must be a boolean, not string');
  rejects({ readOnly: new Boolean(true) }, '"readOnly" must be a boolean, not object');
  rejects({ readOnly: undefined }, '"readOnly" is undefined');
  for (const list of LISTS) {
    const noList = `"${list}" is not a plain array without holes`;
    rejects({ [list]: undefined }, `"${list}" is undefined`);
    rejects({ [list]: null }, noList);
    rejects({ [list]: "/odom" }, noList);
    rejects({ [list]: new Set(["/odom"]) }, noList);
    rejects({ [list]: { length: 1, 0: "/odom" } }, noList);
    rejects({ [list]: NotSecret.from(["/odom", "/secret"]) }, noList);
    rejects({ [list]: Object.assign(["/odom"], { [Symbol.iterator]: () => [].values() }) }, noList);
    // deno-lint-ignore no-sparse-arrays
    rejects({ [list]: ["/odom", , "/imu"] }, noList);
    rejects({ [list]: Object.setPrototypeOf(new Array(1), ["*"]) }, noList);
    rejects(
      { [list]: new Proxy(["/odom"], { get: (target, key) => key === "length" ? 2 : Reflect.get(target, key) }) },
      noList,
    );
    rejects({ [list]: [undefined] }, `"${list}" contains undefined, which is not a name`);
  }
  const noPattern = 'which is not a name, a prefix followed by "*", or a plain RegExp';
  rejects({ services: [5] }, `"services" contains number, ${noPattern}`);
  rejects({ services: [Symbol("/odom")] }, '"services" contains symbol');
  rejects({ services: [new String("*")] }, '"services" contains object');
  rejects({ services: [["*"]] }, '"services" contains object');
  rejects({ topics: ["/*/image"] }, '"topics" contains "/*/image", which is not a name');
  rejects({ topics: ["/**"] }, '"topics" contains "/**", which is not a name');
  rejects({ topics: [new Narrower("")] }, '"topics" contains object');
  rejects({ topics: [Object.assign(/./, { test: () => false })] }, '"topics" contains object');
  rejects({ topics: [Object.defineProperty(/^\/odom$/, "source", { value: "" })] }, '"topics" contains object');
  rejects({ topics: [Object.create(RegExp.prototype)] }, '"topics" contains object');
});
