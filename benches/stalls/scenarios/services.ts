// Services: large calls to a slow hook.

import { encodeFrame, Opcode } from "../../../tests/support/raw_socket.ts";
import { HostileClient } from "../hostile_client.ts";
import { check, outOf, type StallScenario } from "../stall_scenario.ts";

const CALLS = 14;
const PAYLOAD_BYTES = 31 * 1024 * 1024;
/** Just below `maxBytesPerSecond`, so that the client is not disconnected. */
const CALL_EVERY_MS = 500;
const HOOK_MS = 60_000;
const LIMIT_MS = 5000;

/** The position of the service id and the call id in the frame: after the frame's header, its mask and the opcode. */
const IDS_AT = 10 + 4 + 1;

/** The scenario ends long before the hook answers. */
export const SERVICE_CALLS: StallScenario = {
  name: "services",
  title: `${CALLS} service calls of 31 MiB, one every ${CALL_EVERY_MS} ms, to a hook that takes a minute`,
  program() {
    let calls = 0;
    return {
      options: {
        capabilities: ["services"],
        listener: {
          async onServiceRequest(_server, _serviceId, _callId, _encoding, payload) {
            calls += 1;
            await new Promise((resolve) => setTimeout(resolve, HOOK_MS));
            return payload.subarray(0, 1);
          },
        },
      },
      setUp(server) {
        const schema = { encoding: "json", schemaName: "", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
        server.addService({ name: "/slow", type: "Slow", request: schema, response: schema });
      },
      counters: () => ({ calls }),
    };
  },
  async prepare({ port, ask }) {
    const client = await HostileClient.connect(port);
    let serviceId: number | undefined;
    client.onText = (text) => {
      const { op, services } = JSON.parse(text);
      if (op === "advertiseServices") serviceId = services[0].id;
    };
    void client.read();
    check(await client.until(() => serviceId !== undefined, LIMIT_MS), "the service was not advertised");
    const frame = encodeFrame({ opcode: Opcode.BINARY, payload: serviceCall(serviceId!) });
    return async () => {
      let sent = 0;
      const start = performance.now();
      for (; sent < CALLS && client.isOpen; sent++) {
        // The mask changes the same bits of the old and the new number.
        frame[IDS_AT + 4]! ^= sent ^ (sent + 1);
        await client.send(frame);
        const next = start + (sent + 1) * CALL_EVERY_MS;
        await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
      }
      const { calls = 0 } = await ask();
      const failures = client.binaries.length + client.count("serviceCallFailure");
      check(calls + failures > 0 || !client.isOpen, "no call arrived");
      return [
        { name: "calls sent", value: sent, unit: outOf(CALLS) },
        { name: "hook calls", value: calls, unit: outOf(CALLS) },
        { name: "calls that failed", value: failures, unit: outOf(CALLS) },
        client.closeFigure,
      ];
    };
  },
};

/** A call with the call id 0. */
function serviceCall(serviceId: number): Uint8Array {
  const encoding = new TextEncoder().encode("json");
  const head = 1 + 4 + 4 + 4 + encoding.length;
  const bytes = new Uint8Array(head + PAYLOAD_BYTES).fill(32, head);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 2);
  view.setUint32(1, serviceId, true);
  view.setUint32(9, encoding.length, true);
  bytes.set(encoding, 13);
  return bytes;
}
