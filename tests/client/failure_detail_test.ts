import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { RequestError } from "../../src/client/errors.ts";
import { FoxgloveClient } from "../../src/client/client.ts";
import { failureDetail } from "../../src/client/failure_detail.ts";
import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import { recordingLogger, startServer } from "../support/test_server.ts";

const SCHEMA = { encoding: "json", schemaName: "", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

Deno.test("RequestError.detail has the words of the hook, for every kind of request", async () => {
  const fail = () => {
    throw new Error('motor "left": hot');
  };
  await using server = await startServer({
    capabilities: CAPABILITIES,
    supportedEncodings: ["json"],
    dataStartTime: 0n,
    dataEndTime: 1n,
    logger: recordingLogger().logger,
    listener: {
      onServiceRequest: fail,
      onFetchAsset: fail,
      onGetParameters: fail,
      onSetParameters: fail,
      onPlaybackControl: fail,
    },
  });
  server.addService({ name: "/move", type: "Move", request: SCHEMA, response: SCHEMA });
  await using client = await FoxgloveClient.connect(server.url!, { logger: false });
  await client.waitForService("/move");
  for (
    const [prefix, send] of [
      ['Service "/move" failed: ', () => client.callService("/move", "{}")],
      ['Cannot fetch "package://a": ', () => client.fetchAsset("package://a")],
      ["Cannot get parameters: ", () => client.getParameters()],
      ["Cannot set parameters: ", () => client.setParameters([{ name: "a", value: 1 }])],
      ["Cannot control playback: ", () => client.controlPlayback({ command: "play" })],
    ] as const
  ) {
    const { detail, message } = await assertRejects<RequestError>(send, RequestError);
    assertEquals([detail, message], ['motor "left": hot', `${prefix}motor "left": hot`]);
  }
});

Deno.test("RequestError.detail has the words of a server that rejects a service call", async () => {
  await using server = await startServer({
    capabilities: ["services"],
    supportedEncodings: ["json"],
    listener: { onServiceRequest: () => "{}" },
  });
  server.addService({ name: "/move", type: "Move", request: SCHEMA, response: SCHEMA });
  await using client = await FoxgloveClient.connect(server.url!, { logger: false });
  await client.waitForService("/move");
  const error = await assertRejects(() => client.callService("/move", "", { encoding: "cdr" }), RequestError);
  assertEquals(error.message, `Cannot call "/move": ${error.detail}`);
});

Deno.test("failureDetail() returns the texts of other servers unchanged", () => {
  for (const text of ["motor is hot", "Error: Service failed: no", 'Cannot do "x": y', ""]) {
    assertEquals(failureDetail(text), text);
  }
});
