// The messages that servers without a protocol implementation send and read.

/** The messages that a new client receives. */
export const FIRST_MESSAGES: readonly string[] = [
  { op: "serverInfo", name: "bench", capabilities: [], metadata: {}, sessionId: "bench" },
  { op: "advertise", channels: [{ id: 1, topic: "/bench", encoding: "bench", schemaName: "", schema: "" }] },
].map((message) => JSON.stringify(message));

/** The subscription id of a client's `subscribe` message. */
export function subscriptionOf(text: string): number {
  return JSON.parse(text).subscriptions[0].id;
}
