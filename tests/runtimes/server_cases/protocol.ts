// Cases: channels, services, parameters, published messages and assets.

import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { json } from "../../../src/codecs/json.ts";
import { assetRoots } from "../../../src/server/asset_roots.ts";
import { expectEqual, expectError, expectIncludes } from "../expect.ts";
import { next } from "../fixture.ts";
import type { ServerCases } from "../server_fixture.ts";
import { handshake, textFrame } from "../raw_client.ts";
import { testBytes } from "../text.ts";

const MIB = 1 << 20;
const SIDE = { encoding: "raw", schemaName: "Any", schemaEncoding: "jsonschema", schema: "{}" };

export const PROTOCOL_CASES: ServerCases = {
  "sendMessage() delivers messages of every size, in order": async (fixture) => {
    const subscribed = Promise.withResolvers<void>();
    const server = await fixture.start({ listener: { onSubscribe: () => subscribed.resolve() } });
    const id = server.addChannel({ topic: "/bytes", encoding: "raw" });
    const client = await fixture.connect(server);
    const messages = client.subscribe("/bytes");
    await subscribed.promise;
    const sizes = [0, 1, 125, 126, 65_535, 65_536, MIB];
    for (const [index, size] of sizes.entries()) server.sendMessage(id, BigInt(index), testBytes(size));
    for (const [index, size] of sizes.entries()) {
      const { timestamp, payload } = await next(messages);
      expectEqual([timestamp, payload], [BigInt(index), testBytes(size)]);
    }
  },

  "sendMessage() delivers many messages of one turn to several clients": async (fixture) => {
    const subscribed = Promise.withResolvers<void>();
    let clients = 0;
    const server = await fixture.start({
      listener: { onClientSubscribe: () => void (++clients === 3 && subscribed.resolve()) },
    });
    const id = server.addChannel({ topic: "/count", encoding: "json", delivery: "reliable" });
    const all = [];
    for (let index = 0; index < 3; index++) {
      const messages = (await fixture.connect(server)).subscribe("/count", { maxQueued: 1000 });
      all.push(messages.json<number>());
    }
    await subscribed.promise;
    for (let index = 0; index < 500; index++) server.sendMessage(id, 0n, String(index));
    for (const messages of all) {
      for (let index = 0; index < 500; index++) expectEqual((await next(messages)).value, index);
    }
  },

  "a client that does not read loses data, others do not, and close() ends": async (fixture) => {
    const subscribed = Promise.withResolvers<void>();
    let clients = 0;
    const server = await fixture.start({
      maxQueuedBytes: 4 * MIB,
      listener: { onClientSubscribe: () => void (++clients === 2 && subscribed.resolve()) },
    });
    const id = server.addChannel({ topic: "/bytes", encoding: "raw" });
    const socket = connect({ host: "127.0.0.1", port: server.addr!.port });
    await new Promise<void>((resolve) => socket.on("connect", resolve));
    socket.pause();
    socket.write(handshake());
    socket.write(textFrame(`{"op":"subscribe","subscriptions":[{"id":1,"channelId":${id}}]}`));
    const messages = (await fixture.connect(server)).subscribe("/bytes");
    await subscribed.promise;
    const payload = testBytes(MIB);
    for (let index = 0; index < 64; index++) {
      server.sendMessage(id, BigInt(index), payload);
      expectEqual((await next(messages)).timestamp, BigInt(index));
    }
    const { drops, queuedBytes } = server.stats();
    expectEqual([drops.queue > 10, queuedBytes <= 8 * MIB], [true, true]);
    await server.close({ graceMs: 50 });
    socket.destroy();
  },

  "publish() and channel() deliver values": async (fixture) => {
    const server = await fixture.start();
    server.publish("/battery", { volts: 12.5 }, { latch: true });
    const speed = server.channel("/speed", json({ example: { x: 0.5 } }), { latch: true });
    speed.send({ x: 1.5 });
    const client = await fixture.connect(server);
    expectEqual((await next(client.subscribe("/battery").json())).value, { volts: 12.5 });
    expectEqual((await next(client.subscribe("/speed").json())).value, { x: 1.5 });
  },

  "onServiceRequest gets large payloads unchanged, and small ones behind them": async (fixture) => {
    const server = await fixture.start({
      capabilities: ["services"],
      listener: { onServiceRequest: (_server, _serviceId, _callId, _encoding, payload) => payload },
    });
    server.addService({ name: "/echo", type: "Echo", request: SIDE, response: SIDE });
    const client = await fixture.connect(server);
    await client.waitForService("/echo");
    for (const size of [3 * MIB, 100, 2 * MIB + 1, MIB]) {
      expectEqual((await client.callService("/echo", testBytes(size))).payload, testBytes(size));
    }
  },

  "onServiceRequest may answer any number of calls that arrive at once": async (fixture) => {
    const server = await fixture.start({
      capabilities: ["services"],
      listener: { onServiceRequest: (_server, _serviceId, _callId, _encoding, payload) => payload },
    });
    server.addService({ name: "/echo", type: "Echo", request: SIDE, response: SIDE });
    const client = await fixture.connect(server);
    await client.waitForService("/echo");
    const calls = Array.from({ length: 200 }, (_, index) => client.callService("/echo", `${index}`));
    const answers = (await Promise.all(calls)).map(({ payload }) => new TextDecoder().decode(payload));
    expectEqual(answers, Array.from({ length: 200 }, (_, index) => `${index}`));
  },

  "service() answers calls, and sends the text of an error": async (fixture) => {
    const server = await fixture.start();
    server.service("/add", ({ a, b }: { a: number; b: number }) => ({ sum: a + b }));
    server.service("/fail", () => {
      throw new Error("the gripper is stuck");
    });
    const client = await fixture.connect(server);
    await client.waitForService("/fail");
    const { payload } = await client.callService("/add", '{"a":1,"b":2}');
    expectEqual(new TextDecoder().decode(payload), '{"sum":3}');
    expectIncludes((await expectError("RequestError", client.callService("/fail", "{}"))).message, "gripper is stuck");
  },

  "parameters() keeps the values in a file": async (fixture) => {
    const file = join(await fixture.folder(), "parameters.json");
    const definitions = { "/kp": { value: 1.5, min: 0, max: 10 }, "/mode": { value: "auto" } } as const;
    const first = await fixture.start();
    first.parameters(definitions, { file });
    const client = await fixture.connect(first);
    expectEqual(await client.setParameters([{ name: "/kp", value: 2.5 }]), [
      { name: "/kp", value: 2.5, type: "float64" },
    ]);
    await first.close();
    expectEqual(JSON.parse(await readFile(file, "utf8")), { "/kp": 2.5 });
    const second = fixture.create();
    const store = second.parameters(definitions, { file });
    expectEqual([store.get("/kp"), store.get("/mode")], [2.5, "auto"]);
  },

  "onPublish() gets the values that clients publish": async (fixture) => {
    const server = await fixture.start();
    const { promise, resolve } = Promise.withResolvers<number>();
    server.onPublish("/target", json<{ text: string }>(), ({ text }) => resolve(text.length));
    const client = await fixture.connect(server);
    const channelId = client.advertise({ topic: "/target", encoding: "json", schemaName: "Target" });
    client.publish(channelId, JSON.stringify({ text: "x".repeat(MIB) }));
    expectEqual(await promise, MIB);
  },

  "assetRoots() serves files of its folder, and nothing else": async (fixture) => {
    const folder = await fixture.folder();
    const root = join(folder, "arm");
    await mkdir(join(root, "meshes"), { recursive: true });
    await writeFile(join(root, "meshes", "base.stl"), testBytes(MIB + 1));
    await writeFile(join(root, "empty.txt"), "");
    await writeFile(join(folder, "secret.txt"), "secret");
    await symlink(join(folder, "secret.txt"), join(root, "link.txt"));
    const server = await fixture.start({
      capabilities: ["assets"],
      listener: { onFetchAsset: assetRoots({ "package://arm/": root }) },
      maxAssetBytes: 2 * MIB,
    });
    const client = await fixture.connect(server);
    expectEqual(await client.fetchAsset("package://arm/meshes/base.stl"), testBytes(MIB + 1));
    expectEqual(await client.fetchAsset("package://arm/empty.txt"), new Uint8Array());
    for (const path of ["none.stl", "link.txt", "meshes", "../secret.txt", "%2e%2e/secret.txt"]) {
      const { message } = await expectError("RequestError", client.fetchAsset(`package://arm/${path}`));
      expectEqual([path, message.includes("secret"), message.includes(folder)], [path, path.includes("secret"), false]);
    }
    await writeFile(join(root, "large.stl"), testBytes(2 * MIB + 1));
    await expectError("RequestError", client.fetchAsset("package://arm/large.stl"));
  },
};
