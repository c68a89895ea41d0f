// Uses the sub-paths for browsers in TypeScript. The tests compile it without the types of Node and Deno.

import { FoxgloveClient } from "@x/foxglove-ws/client";
import { decodeServerMessage } from "@x/foxglove-ws/protocol";
import { PoseInFrame } from "@x/foxglove-ws/schemas";

const client = await FoxgloveClient.connect("ws://localhost:8765");
for await (const { value } of client.subscribe("/pose", PoseInFrame)) {
  console.log(value.frame_id, value.pose.position.x);
}
console.log(decodeServerMessage('{"op":"unadvertise","channelIds":[]}').op);
