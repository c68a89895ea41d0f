// The driver of the client of npm's @foxglove/ws-protocol.

import type { ClientDriver, ClientImplementation } from "../client_driver.ts";
import { Inbox } from "../inbox.ts";
import { open } from "../npm_connection.ts";
import { MessageClientDriver, pushMessage } from "./message_client_driver.ts";

/** Needs no installation: the tests import its packages. */
export const NPM_CLIENT: ClientImplementation = {
  name: "npm's client",
  title: "npm's `@foxglove/ws-protocol`, over `ws`",
  needs: undefined,
  connect,
};

async function connect(url: string): Promise<ClientDriver> {
  const inbox = new Inbox();
  const { client, subprotocol, [Symbol.asyncDispose]: end } = await open(
    url,
    (name, value) => pushMessage(inbox, name, withBytes(value)),
  );
  return new MessageClientDriver(client, inbox, subprotocol, end);
}

/** Replaces a `DataView`, which npm's client uses in some messages. */
function withBytes(message: unknown): unknown {
  const { data } = message as { data?: unknown };
  if (!(data instanceof DataView)) return message;
  return { ...message as object, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
