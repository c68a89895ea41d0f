// The module of a worker: waits for its first message, and then accepts clients.

import type { Batch, Boot } from "../messages.ts";
import { WorkerThread } from "./worker_thread.ts";

/** The global object of a dedicated worker. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Boot & Batch>) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: boot }) => {
  const thread = new WorkerThread(boot, (notices, transfer) => scope.postMessage(notices, transfer));
  scope.onmessage = ({ data: batch }) => thread.receive(batch);
};
