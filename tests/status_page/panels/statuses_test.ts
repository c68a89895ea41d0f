// StatusList and graphRows(): what the panel of statuses shows.

import { assertEquals } from "@std/assert/equals";
import { graphRows } from "../../../src/status_page/panels/graph_rows.ts";
import { StatusList } from "../../../src/status_page/panels/status_list.ts";
import type { Status } from "../../../src/client/mod.ts";

function status(level: 0 | 1 | 2, message: string, id?: string): Status {
  return { op: "status", level, message, ...(id !== undefined && { id }) };
}

function texts(list: StatusList): string[] {
  return list.sorted().map(({ level, text, count }) => `${level} ${text} ${count}`);
}

Deno.test("StatusList sorts by level, and the newest first", () => {
  const list = new StatusList();
  list.add(status(1, "first warning"), 1);
  list.add(status(0, "info"), 2);
  list.add(status(2, "error"), 3);
  list.add(status(1, "second warning"), 4);
  assertEquals(texts(list), ["error error 1", "warning second warning 1", "warning first warning 1", "info info 1"]);
});

Deno.test("StatusList counts equal statuses, and replaces those with an id", () => {
  const list = new StatusList();
  for (const each of [status(1, "hot"), status(1, "hot"), status(1, "12 dropped", "d"), status(2, "13 dropped", "d")]) {
    list.add(each, 1);
  }
  assertEquals(texts(list), ["error 13 dropped 1", "warning hot 2"]);
  list.remove(["d", "other"]);
  assertEquals(texts(list), ["warning hot 2"]);
});

Deno.test("StatusList.removeIdentified() keeps the statuses without an id", () => {
  const list = new StatusList();
  list.add(status(0, "with", "id"), 1);
  list.add(status(0, "without"), 1);
  list.removeIdentified();
  assertEquals(texts(list), ["info without 1"]);
});

Deno.test("StatusList keeps the newest 100, and cuts long texts", () => {
  const list = new StatusList();
  for (let index = 0; index < 150; index++) list.add(status(0, `${index} ${"x".repeat(5000)}`), index);
  const sorted = list.sorted();
  assertEquals([sorted.length, sorted[0]?.timeMs, sorted[99]?.timeMs, sorted[0]?.text.length], [100, 149, 50, 1001]);
});

Deno.test("StatusList drops statuses without an id first", () => {
  const list = new StatusList();
  list.add(status(1, "away", "robot"), 0);
  for (let index = 0; index < 150; index++) list.add(status(0, `${index}`), index);
  assertEquals([list.size, list.count("warning"), list.count("info")], [100, 1, 99]);
});

Deno.test("graphRows() lists topics, then services", () => {
  const { rows, count } = graphRows({
    publishedTopics: [{ name: "/b", publisherIds: ["robot"] }],
    subscribedTopics: [{ name: "/b", subscriberIds: ["app", "page"] }, { name: "/a", subscriberIds: [] }],
    advertisedServices: [{ name: "/move", providerIds: ["robot"] }],
  });
  assertEquals(count, 3);
  assertEquals(rows.map(({ name, publishers, subscribers }) => [name, publishers, subscribers]), [
    ["/a", "–", "–"],
    ["/b", "robot", "app, page"],
    ["/move (service)", "robot", ""],
  ]);
});

Deno.test("graphRows() is bounded", () => {
  const publisherIds = Array.from({ length: 1000 }, (_, index) => `${index}${"x".repeat(1000)}`);
  const names = Array.from({ length: 1000 }, (_, index) => ({ name: `/${index}`, publisherIds, providerIds: [] }));
  const { rows, count } = graphRows({ publishedTopics: names, subscribedTopics: [], advertisedServices: names });
  assertEquals([rows.length, count], [300, 2000]);
  assertEquals(rows[0]?.publishers.endsWith(" and 992 more"), true);
  assertEquals(rows[0]!.publishers.length < 600, true);
});
