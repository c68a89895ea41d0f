// Cases: servers that send what the protocol does not allow. Each is told, and harms nothing.

import type { ProtocolError } from "../../../src/protocol/protocol_error.ts";
import { equal, failure } from "../expect.ts";
import { type Cases, hear, next } from "../stage.ts";

const GARBAGE: readonly (readonly [data: string | Uint8Array<ArrayBuffer>, code: ProtocolError["code"]])[] = [
  ["", "invalid-json"],
  ["{", "invalid-json"],
  ["[]", "not-an-object"],
  ["{}", "missing-op"],
  ['{"op":"fly"}', "unknown-op"],
  ['{"op":"advertise","channels":[{"id":-1}]}', "invalid-field"],
  [new Uint8Array(), "empty"],
  [Uint8Array.of(0xff), "unknown-opcode"],
  [Uint8Array.of(1, 2, 3), "truncated"],
];

export const MALFORMED_CASES: Cases = {
  "frames that cannot be read are told, and the connection lives": async ({ robot, connect, rawUrl }) => {
    const client = await connect({ url: rawUrl });
    const errors = hear(client, "onError");
    for (const [data] of GARBAGE) await robot.sayRaw(data);
    for (const [, code] of GARBAGE) {
      const [error] = await next(errors) as [ProtocolError];
      equal([error.name, error.code], ["ProtocolError", code]);
    }
    const notes = hear(client, "onStatus");
    await robot.sayRaw('{"op":"status","level":0,"message":"well"}');
    equal((await next(notes))[0].message, "well");
    equal(client.state.type, "open");
  },

  "a channel that cannot be used is told, and hides no other": async ({ robot, connect, rawUrl }) => {
    const client = await connect({ url: rawUrl });
    const errors = hear(client, "onError");
    const channel = '{"id":1,"topic":"/a","encoding":"json","schemaName":"","schema":""}';
    await robot.sayRaw(`{"op":"advertise","channels":[null,${channel}]}`);
    const [error] = await next(errors) as [ProtocolError];
    equal([error.code, error.op], ["invalid-field", "advertise"]);
    equal([...client.channels.values()].map(({ topic }) => topic), ["/a"]);
  },

  "numbers that JSON lacks or changes are read": async ({ robot, connect, rawUrl }) => {
    const client = await connect({ url: rawUrl });
    const updates = hear(client, "onParameterValues");
    await robot.sayRaw(
      '{"op":"parameterValues","parameters":[{"name":"a","value":[NaN,-Infinity]},{"name":"b","value":1732648800123456789}]}',
    );
    const [[a, b]] = await next(updates);
    equal([String(a?.value), b?.value], ["NaN,-Infinity", 1732648800123456789n]);
  },

  "an answer that cannot be read rejects what it answers": async ({ robot, connect, rawUrl }) => {
    const client = await connect({ url: rawUrl });
    const asset = client.fetchAsset("package://x");
    equal(JSON.parse(await robot.noticed("raw") as string).requestId, 1);
    // Status 7.
    await robot.sayRaw(Uint8Array.of(4, 1, 0, 0, 0, 7, 0, 0, 0, 0));
    await failure("RequestError", asset);
    equal(client.state.type, "open");
  },
};
