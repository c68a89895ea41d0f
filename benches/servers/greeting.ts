// What the servers without a protocol implementation say and understand.

/** What a client is told. */
export const GREETING: readonly string[] = [
  { op: "serverInfo", name: "bench", capabilities: [], metadata: {}, sessionId: "bench" },
  { op: "advertise", channels: [{ id: 1, topic: "/bench", encoding: "bench", schemaName: "", schema: "" }] },
].map((message) => JSON.stringify(message));

/** The id of the subscription that a client's message asks for. */
export function subscriptionOf(text: string): number {
  return JSON.parse(text).subscriptions[0].id;
}
