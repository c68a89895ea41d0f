// Cases: what only the direct implementation of WebSocket offers.

import { createServer } from "node:http";
import { connect } from "node:net";
import { constants, inflateRawSync } from "node:zlib";
import { FoxgloveClient } from "../../../src/client/client.ts";
import { expectEqual, expectError, expectIncludes } from "../expect.ts";
import { next } from "../fixture.ts";
import { handshake, textFrame } from "../raw_client.ts";
import type { ServerCases } from "../server_fixture.ts";

export const DIRECT_CASES: ServerCases = {
  "handleUpgrade() accepts the clients of a server of node:http": async (fixture) => {
    const server = fixture.create({ allowedPaths: ["/ws"] });
    server.publish("/battery", { volts: 12.5 }, { latch: true });
    const http = createServer((_request, response) => void response.end("my page"));
    http.on("upgrade", (request, socket, head) => server.handleUpgrade(request, socket, head));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(http.address() as { port: number }).port}`;
    const page = await fetch(`http://${host}/`);
    expectEqual(await page.text(), "my page");
    await expectError("ConnectionClosedError", FoxgloveClient.connect(`ws://${host}/other`));
    const client = await FoxgloveClient.connect(`ws://${host}/ws`);
    expectEqual((await next(client.subscribe("/battery").json())).value, { volts: 12.5 });
    expectEqual([...server.clients.values()].map(({ remoteAddr }) => remoteAddr?.transport), ["tcp"]);
    await server.close();
    await client.close();
    await new Promise<unknown>((resolve) => http.close(resolve));
  },

  "compression compresses messages": async (fixture) => {
    if (fixture.transport === "native") return;
    const server = await fixture.start({ compression: true });
    const text = JSON.stringify({ text: "0123456789".repeat(10_000) });
    const id = server.addChannel({ topic: "/text", encoding: "json", latch: true });
    server.sendMessage(id, 5n, text);
    const socket = connect({ host: "127.0.0.1", port: server.addr!.port });
    let received = new Uint8Array();
    const isCompressed = (byte: number, index: number) => byte === 0xc2 && received[index + 1] === 126;
    const message = await new Promise<Uint8Array>((resolve) => {
      socket.on("data", (bytes: Uint8Array) => {
        received = Uint8Array.of(...received, ...bytes);
        const start = received.findIndex(isCompressed);
        const length = start < 0 ? Infinity : received[start + 2]! * 256 + received[start + 3]!;
        if (received.length >= start + 4 + length) resolve(received.subarray(start + 4, start + 4 + length));
      });
      socket.write(handshake("Sec-WebSocket-Extensions: permessage-deflate"));
      socket.write(textFrame(`{"op":"subscribe","subscriptions":[{"id":1,"channelId":${id}}]}`));
    });
    socket.destroy();
    expectIncludes(new TextDecoder().decode(received.subarray(0, 400)), "permessage-deflate");
    // RFC 7692, section 7.2.2
    const whole = inflateRawSync(Uint8Array.of(...message, 0, 0, 0xff, 0xff), { finishFlush: constants.Z_SYNC_FLUSH });
    expectEqual(new TextDecoder().decode(whole.subarray(13)), text);
  },
};
