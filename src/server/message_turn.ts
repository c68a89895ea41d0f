// messageTurn(): waits for a turn of the event loop.

/**
 * Resolves when the event loop has delivered all events that it already knows. Messages are delivered in order with
 * events of the network, timers before them.
 */
export async function messageTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(undefined);
  });
  port1.close();
  port2.close();
}
