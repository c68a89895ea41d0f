// A connection graph that changes, and an asset: a robot description that apps fetch.

import { delay } from "@std/async/delay";
import { type ConnectionGraph, FoxgloveServer, RefusalError, runCancellable } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const ASSETS = new Map([
  ["package://demo/robot.urdf", '<robot name="demo"><link name="base_link"/></robot>\n'],
]);

/** The nodes and their topics: a camera that appears and disappears, and a recorder that subscribes to it. */
function graph(withCamera: boolean): ConnectionGraph {
  const camera = withCamera ? [{ name: "/camera", publisherIds: ["camera_node"] }] : [];
  const recorded = withCamera ? [{ name: "/camera", subscriberIds: ["recorder_node"] }] : [];
  return {
    publishedTopics: [{ name: "/odom", publisherIds: ["base_node"] }, ...camera],
    subscribedTopics: [{ name: "/odom", subscriberIds: ["planner_node", "recorder_node"] }, ...recorded],
    advertisedServices: [{ name: "/reset", providerIds: ["base_node"] }],
  };
}

if (import.meta.main) {
  const options = listenOptions(
    "Serves a connection graph that changes every second, and package://demo/robot.urdf.",
  );
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({
      ...options,
      name: "example graph and assets server",
      capabilities: ["connectionGraph", "assets"],
      listener: {
        onConnectionGraphSubscribe: (_server, subscribe) =>
          console.log(subscribe ? "First client subscribed to the graph" : "Last client unsubscribed from the graph"),
        onFetchAsset(_server, uri) {
          const text = ASSETS.get(uri);
          if (text === undefined) throw new RefusalError("no such asset");
          return new TextEncoder().encode(text);
        },
      },
    });
    await startAndAnnounce(server, signal);
    for (let withCamera = true;; withCamera = !withCamera) {
      // Always pass the whole graph: the server sends only the differences.
      server.updateConnectionGraph(graph(withCamera));
      await delay(1000, { signal });
    }
  });
}
