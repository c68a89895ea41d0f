// sendRegularly(): a server that sends messages until it is disposed of.

import type { ChannelInit, FoxgloveServer } from "../../mod.ts";
import { startServer } from "../support/test_server.ts";

/** A server that sends. */
export interface SendingServer extends AsyncDisposable {
  readonly server: FoxgloveServer;
  readonly url: string;
}

const INTERVAL_MS = 5;

/** Starts a server that sends a message on each of these channels every 5 ms, with the result of `message()`. */
export async function sendRegularly(
  channels: readonly ChannelInit[],
  message: () => { timestamp?: bigint; payload: string },
): Promise<SendingServer> {
  const server = await startServer();
  const ids = channels.map((channel) => server.addChannel(channel));
  const timer = setInterval(() => {
    for (const id of ids) {
      const { timestamp = 0n, payload } = message();
      server.sendMessage(id, timestamp, payload);
    }
  }, INTERVAL_MS);
  return {
    server,
    url: server.url!,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await server.close();
    },
  };
}
