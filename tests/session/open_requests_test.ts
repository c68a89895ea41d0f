// OpenRequests: which requests start, wait or are rejected, and how they are counted.

import { assertEquals } from "@std/assert/equals";
import { ByteBudget } from "../../src/session/byte_budget.ts";
import type { QueuedRequest, RequestEffect } from "../../src/session/effects.ts";
import { NO_COUNTER } from "../../src/session/session_counter.ts";
import { OpenRequests, type OpenRequestsLimits } from "../../src/session/open_requests.ts";

const KIB = 1024;

const LIMITS: OpenRequestsLimits = {
  maxPendingRequests: 2,
  maxQueuedRequests: 2,
  maxRequestBytes: 100 * KIB,
  maxTotalRequestBytes: 100 * KIB,
  counter: NO_COUNTER,
};

/** Requests that differ only in `bytes`, because OpenRequests reads nothing else. */
function get(bytes = 0): QueuedRequest {
  return { type: "getParameters", request: { op: "getParameters", parameterNames: [] }, bytes };
}

function fetch(bytes = 0): QueuedRequest {
  return { type: "fetchAsset", request: { op: "fetchAsset", uri: "", requestId: 1 }, bytes };
}

function set(bytes = 0): Exclude<RequestEffect, QueuedRequest> {
  return { type: "setParameters", request: { op: "setParameters", parameters: [] }, bytes };
}

function opened(limits: Partial<OpenRequestsLimits> = {}): { requests: OpenRequests; total: ByteBudget } {
  const all = { ...LIMITS, ...limits };
  const total = new ByteBudget(all.maxTotalRequestBytes);
  return { requests: new OpenRequests(all, total), total };
}

/** The option that the text of a rejection names. */
function option(rejection: string | undefined): string | undefined {
  return /"(\w+)"/.exec(rejection ?? "")?.[1];
}

Deno.test("OpenRequests.open() rejects requests beyond maxPendingRequests, until one is settled", () => {
  const { requests } = opened();
  assertEquals([requests.open(set()), requests.open(set())], [undefined, undefined]);
  assertEquals(
    requests.open(set()),
    'more unanswered requests than "maxPendingRequests" allows (2)',
  );
  requests.settle(set());
  assertEquals(requests.open(set()), undefined);
});

Deno.test("OpenRequests.start() returns waiting requests in order, up to maxPendingRequests at a time", () => {
  const { requests } = opened();
  const all = [get(1), get(2), get(3), get(4)];
  for (const request of all) assertEquals(requests.enqueue(request), undefined);
  assertEquals(option(requests.enqueue(get(5))), "maxQueuedRequests");
  assertEquals([requests.start("parameters"), requests.start("parameters")], all.slice(0, 2));
  assertEquals([requests.canStart("parameters"), requests.start("parameters")], [false, undefined]);
  // A set counts towards the same limit, and cannot wait.
  assertEquals(option(requests.open(set())), "maxPendingRequests");
  assertEquals(requests.settle(get(1)), "parameters");
  assertEquals(requests.start("parameters"), all[2]);
  assertEquals(option(requests.enqueue(get(6))), undefined);
  assertEquals(option(requests.enqueue(get(7))), "maxQueuedRequests");
});

Deno.test("OpenRequests with a maxQueuedRequests of 0 accepts only requests that can start", () => {
  const { requests } = opened({ maxQueuedRequests: 0 });
  assertEquals([get(), get(), get()].map((each) => option(requests.enqueue(each))), [
    undefined,
    undefined,
    "maxQueuedRequests",
  ]);
  assertEquals([fetch(), fetch()].map((each) => option(requests.enqueue(each))), [undefined, "maxQueuedRequests"]);
});

Deno.test("OpenRequests.start() starts one asset at a time, and more only after setOverdue()", () => {
  const { requests } = opened();
  const all = [fetch(1), fetch(2), fetch(3)];
  for (const request of all) assertEquals(requests.enqueue(request), undefined);
  assertEquals([requests.start("assets"), requests.start("assets")], [all[0], undefined]);
  requests.setOverdue(all[0]!);
  assertEquals([requests.start("assets"), requests.start("assets")], [all[1], undefined]);
  requests.setOverdue(all[1]!);
  // The maximum number of open requests.
  assertEquals(requests.start("assets"), undefined);
  assertEquals(requests.settle(all[1]!), "assets");
  assertEquals(requests.start("assets"), all[2]);
  assertEquals(requests.settle(all[0]!), undefined);
});

Deno.test("OpenRequests counts the bytes of waiting and started requests until they are settled", () => {
  const { requests, total } = opened();
  assertEquals(requests.enqueue(get(60 * KIB)), undefined);
  assertEquals(option(requests.open(set(41 * KIB))), "maxRequestBytes");
  assertEquals(requests.open(set(40 * KIB)), undefined);
  assertEquals(option(requests.enqueue(fetch(1))), "maxRequestBytes");
  const started = requests.start("parameters")!;
  assertEquals(option(requests.enqueue(fetch(1))), "maxRequestBytes");
  requests.settle(started);
  assertEquals(requests.enqueue(fetch(1)), undefined);
  assertEquals(total.used, 24 * KIB + 1);
});

Deno.test("OpenRequests shares maxTotalRequestBytes with other clients, except for 16 KiB per client", () => {
  const { requests, total } = opened({ maxTotalRequestBytes: 50 * KIB });
  const others = new OpenRequests({ ...LIMITS, maxTotalRequestBytes: 50 * KIB }, total);
  assertEquals(others.open(set(66 * KIB)), undefined);
  assertEquals(total.used, 50 * KIB);
  assertEquals(option(requests.open(set(16 * KIB + 1))), "maxTotalRequestBytes");
  assertEquals(requests.open(set(10 * KIB)), undefined);
  assertEquals(option(requests.open(set(7 * KIB))), "maxTotalRequestBytes");
  assertEquals(requests.open(set(6 * KIB)), undefined);
  requests.settle(set(6 * KIB));
  requests.settle(set(10 * KIB));
  others.settle(set(66 * KIB));
  assertEquals(total.used, 0);
});

Deno.test("OpenRequests.close() drops waiting requests and releases their bytes, and still counts started requests", () => {
  const { requests, total } = opened();
  for (const request of [get(30 * KIB), get(20 * KIB), fetch(10 * KIB)]) requests.enqueue(request);
  const started = requests.start("parameters")!;
  requests.close();
  assertEquals([requests.start("parameters"), requests.start("assets")], [undefined, undefined]);
  assertEquals(total.used, 14 * KIB);
  assertEquals(requests.settle(started), undefined);
  assertEquals(total.used, 0);
});
