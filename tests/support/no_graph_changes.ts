// NO_GRAPH_CHANGES: a connection graph update without changes. Tests derive other updates from it.

import type { ConnectionGraphUpdate } from "../../src/protocol/connection_graph.ts";

export const NO_GRAPH_CHANGES: ConnectionGraphUpdate = {
  op: "connectionGraphUpdate",
  publishedTopics: [],
  subscribedTopics: [],
  advertisedServices: [],
  removedTopics: [],
  removedServices: [],
};
