// Cases: servers that violate the protocol. The client reports each error and continues.

import type { ProtocolError } from "../../../src/protocol/protocol_error.ts";
import { expectEqual, expectError } from "../expect.ts";
import { type Cases, next, recordHook } from "../fixture.ts";

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
  "invalid frames are reported, and the connection stays open": async ({ server, connect, rawUrl }) => {
    const client = await connect({ url: rawUrl });
    const errors = recordHook(client, "onError");
    for (const [data] of GARBAGE) await server.sendRaw(data);
    for (const [, code] of GARBAGE) {
      const [error] = await next(errors) as [ProtocolError];
      expectEqual([error.name, error.code], ["ProtocolError", code]);
    }
    const notes = recordHook(client, "onStatus");
    await server.sendRaw('{"op":"status","level":0,"message":"well"}');
    expectEqual((await next(notes))[0].message, "well");
    expectEqual(client.state.type, "open");
  },

  "an invalid channel is reported, and the other channels are kept": async ({ server, connect, rawUrl }) => {
    const client = await connect({ url: rawUrl });
    const errors = recordHook(client, "onError");
    const channel = '{"id":1,"topic":"/a","encoding":"json","schemaName":"","schema":""}';
    await server.sendRaw(`{"op":"advertise","channels":[null,${channel}]}`);
    const [error] = await next(errors) as [ProtocolError];
    expectEqual([error.code, error.op], ["invalid-field", "advertise"]);
    expectEqual([...client.channels.values()].map(({ topic }) => topic), ["/a"]);
  },

  "numbers that JSON cannot represent are read": async ({ server, connect, rawUrl }) => {
    const client = await connect({ url: rawUrl });
    const updates = recordHook(client, "onParameterValues");
    await server.sendRaw(
      '{"op":"parameterValues","parameters":[{"name":"a","value":[NaN,-Infinity]},{"name":"b","value":1732648800123456789}]}',
    );
    const [[a, b]] = await next(updates);
    expectEqual([String(a?.value), b?.value], ["NaN,-Infinity", 1732648800123456789n]);
  },

  "an invalid response rejects its request": async ({ server, connect, rawUrl }) => {
    const client = await connect({ url: rawUrl });
    const asset = client.fetchAsset("package://x");
    expectEqual(JSON.parse(await server.nextEvent("raw") as string).requestId, 1);
    // Status 7 is not valid.
    await server.sendRaw(Uint8Array.of(4, 1, 0, 0, 0, 7, 0, 0, 0, 0));
    await expectError("RequestError", asset);
    expectEqual(client.state.type, "open");
  },
};
