// The client of npm's @foxglove/ws-protocol, in the matrix.

import type { ClientKind, ClientPeer } from "../client_peer.ts";
import { Inbox } from "../inbox.ts";
import { open } from "../ws_protocol.ts";
import { MessageClient, sortIn } from "./message_client.ts";

/** On npm's `ws`. It comes with the tests' own imports. */
export const NPM_CLIENT: ClientKind = {
  name: "npm's client",
  title: "npm's `@foxglove/ws-protocol`, over `ws`",
  needs: undefined,
  connect,
};

async function connect(url: string): Promise<ClientPeer> {
  const inbox = new Inbox();
  const { client, subprotocol, [Symbol.asyncDispose]: end } = await open(
    url,
    (name, value) => sortIn(inbox, name, withBytes(value)),
  );
  return new MessageClient(client, inbox, subprotocol, end);
}

/** Some of its messages hold a `DataView`. */
function withBytes(message: unknown): unknown {
  const { data } = message as { data?: unknown };
  if (!(data instanceof DataView)) return message;
  return { ...message as object, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
