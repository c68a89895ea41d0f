// SchemaReader: checks that a client can find the schema of each channel, and receives no schema twice.

import type { Subprotocol } from "../../src/protocol/capabilities.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ChannelId, SchemaId } from "../../src/protocol/ids.ts";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import { isChannelReference, SchemaTable } from "../../src/protocol/schema_table.ts";

/** Follows the messages to one client. */
export class SchemaReader {
  readonly #usesReferences: boolean;
  readonly #table = new SchemaTable();
  readonly #ids = new Set<SchemaId>();

  constructor(subprotocol: Subprotocol) {
    this.#usesReferences = subprotocol === "foxglove.sdk.v1.1";
  }

  /**
   * Throws if a message breaks the rules of the client's subprotocol. `channels`: the current channels of the server.
   */
  check(message: ServerMessage, channels: ReadonlyMap<ChannelId, Channel>): void {
    if (message.op === "serverInfo") {
      this.#table.clear();
      this.#ids.clear();
    }
    if (message.op !== "advertise") return;
    for (const { id, name } of message.schemas ?? []) {
      if (this.#ids.has(id)) throw new Error(`The client receives schema ${id}, "${name}", twice`);
      this.#ids.add(id);
    }
    this.#table.add(message.schemas ?? []);
    for (const channel of message.channels) {
      if (isChannelReference(channel) !== this.#usesReferences) {
        throw new Error(`Channel ${channel.id} has a wrong form`);
      }
      const { schemaName, schema, schemaEncoding } = this.#table.resolve(channel);
      const expected = channels.get(channel.id);
      // It may have been removed in the meantime.
      if (!expected) continue;
      const isSame = schemaName === expected.schemaName && schema === expected.schema &&
        schemaEncoding === expected.schemaEncoding;
      if (!isSame) throw new Error(`Channel ${channel.id} has another schema, "${schemaName}"`);
    }
  }
}
