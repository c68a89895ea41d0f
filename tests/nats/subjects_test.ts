// Subjects: the subjects of one robot.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { Subjects } from "../../src/nats/subjects.ts";

Deno.test("Subjects begin with the prefix, and their parts are tokens", () => {
  const subjects = new Subjects("Cannot", "fg.robot-1");
  assertEquals(subjects.stream, "foxglove_fg=robot-1");
  assertEquals(subjects.data("/a b", "run", 7), "fg.robot-1.d./a=20b.run.7");
  assertEquals(subjects.request("call", "/x.y", "run"), "fg.robot-1.r.call./x=2ey.run");
  assertEquals(subjects.request("get", "", "run"), "fg.robot-1.r.get.=.run");
  assertEquals(subjects.kindOf("fg.robot-1.r.call./x=2ey.run"), "call");
  assertEquals(subjects.publish("/cmd", "run", "edge", 3), "fg.robot-1.pub./cmd.run.edge.3");
  assertEquals(subjects.publicationOf("fg.robot-1.pub./cmd.run.edge.3"), "edge.3");
  assertEquals(subjects.data("x".repeat(1001), "run", 7), undefined);
});

Deno.test("Subjects: different prefixes have different streams", () => {
  const streams = ["fg.a", "fg_a", "fg-a", "fg.a.b"].map((prefix) => new Subjects("Cannot", prefix).stream);
  assertEquals(new Set(streams).size, 4);
});

Deno.test("Subjects refuses prefixes that are no words", () => {
  for (const prefix of ["", ".", "fg.", ".fg", "fg..a", "fg.*", "fg.>", "fg a", "fg/a", "ü", "x".repeat(201)]) {
    assertThrows(() => new Subjects("Cannot do it", prefix), TypeError, "Cannot do it: the prefix", prefix);
  }
});
