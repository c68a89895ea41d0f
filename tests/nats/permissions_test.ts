// The permissions of NATS that docs/nats.md lists are enough for robots and edges.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { publishToNats, serveFromNats } from "../../src/nats/mod.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { Queue } from "../support/events.ts";
import { connectToNats, NatsServer, natsTests } from "../support/nats_server.ts";
import { PROJECT } from "../support/project_files.ts";
import { PREFIX, until, view } from "./scenario.ts";

/** Reads the table of the page: the subjects of a user. */
async function permissionsOf(user: string): Promise<string> {
  const page = await Deno.readTextFile(new URL("docs/nats.md", PROJECT));
  const [, publish = "", subscribe = ""] = new RegExp(`^\\| ${user} +\\|(.+)\\|(.+)\\|$`, "m").exec(page) ?? [];
  const list = (cell: string) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, subject]) =>
      JSON.stringify(
        subject!.replace(/^(PREFIX)?\./, `${PREFIX}.`).replace("STREAM`", "STREAM")
          .replace(/\.STREAM$/, `.foxglove_${PREFIX.replace(".", "=")}`),
      )
    ).join(", ");
  return `{ user: ${user}, password: secret, permissions: { publish: [${list(publish)}], subscribe: [${
    list(subscribe)
  }] } }`;
}

natsTests("the documented permissions are enough", async (program) => {
  const users = [await permissionsOf("robot"), await permissionsOf("edge")];
  // The default time limit for the password is 2 s, which a busy machine exceeds.
  const config = `authorization { timeout: 60, users: [ ${users.join(", ")} ] }\n`;
  await using nats = await NatsServer.start(program, { config });
  const violations = new Queue<string>("a violation");
  const connect = async (user: string) => {
    const connection = await connectToNats(nats.port, { user, pass: "secret" });
    void (async () => {
      for await (const status of connection.status()) {
        if (status.type === "error") violations.push(`${user}: ${JSON.stringify(status)}`);
      }
    })();
    return connection;
  };
  const [ours, theirs] = [await connect("robot"), await connect("edge")];
  {
    await using robot = new FoxgloveServer({
      name: "robot",
      capabilities: ["clientPublish", "time"],
      supportedEncodings: ["json"],
    });
    await using publication = await publishToNats(robot, ours, { prefix: PREFIX });
    robot.service("/ask", () => ({ yes: true }));
    const id = robot.addChannel({ topic: "/odom", encoding: "json", latch: true });
    robot.sendMessage(id, 1n, "latched");
    await using server = new FoxgloveServer({ name: "edge", port: 0 });
    await server.start();
    await using _edge = serveFromNats(theirs, server, { prefix: PREFIX });
    await using viewer = await FoxgloveClient.connect(server.url!, { logger: false });
    const messages = await view(viewer, "/odom");
    assertEquals((await messages.next()).text, "latched");
    await until("the robot knows the wish", () => publication.stats().used === 1);
    robot.sendMessage(id, 2n, "live");
    assertEquals((await messages.next()).text, "live");
    await viewer.waitForService("/ask");
    assertEquals(new TextDecoder().decode((await viewer.callService("/ask", "{}")).payload), '{"yes":true}');
    viewer.publish(viewer.advertise({ topic: "/cmd", encoding: "json", schemaName: "x" }), "{}");
    robot.broadcastTime(5n);
    await until("the time has arrived", () => viewer.time === 5n);
  }
  await ours.close();
  await theirs.close();
  assertEquals(violations.size, 0, violations.take());
});
