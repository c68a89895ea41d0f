// ProbeClient: a client without errors, which the server must serve whatever the others do.

import { decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage } from "../../src/protocol/encode.ts";
import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import { Queue, within } from "../../tests/support/events.ts";
import { Opcode, RawSocket } from "../../tests/support/raw_socket.ts";

/** Reads and decodes all messages. The next wait rejects after a message that cannot be decoded. */
export class ProbeClient {
  readonly #socket: RawSocket;
  readonly #inbox = new Queue<ServerMessage | undefined>("a message to the probe");
  readonly #reading: Promise<void>;

  private constructor(socket: RawSocket) {
    this.#socket = socket;
    this.#reading = this.#read();
    // Ends a pending wait for a message.
    const ended = () => this.#inbox.push(undefined);
    this.#reading.then(ended, ended);
  }

  static async connect(port: number): Promise<ProbeClient> {
    const headers = [["Sec-WebSocket-Protocol", "foxglove.sdk.v1"]] as const;
    const connecting = RawSocket.connect({ port, headers, answersPings: true });
    return new ProbeClient(await within(connecting, "the probe's handshake"));
  }

  /** Subscribes, and waits until the server has read the subscription. */
  async subscribe(channelId: ChannelId): Promise<void> {
    const id = channelId as number as SubscriptionId;
    await this.#send({ op: "subscribe", subscriptions: [{ id, channelId }] });
    // The server answers it after it has read the subscription.
    const request = `after ${channelId}`;
    await this.#send({ op: "getParameters", parameterNames: ["p"], id: request });
    await this.#waitFor((message) => message.op === "parameterValues" && message.id === request);
  }

  /** Waits for a message of a channel. */
  async waitForData(channelId: ChannelId): Promise<void> {
    await this.#waitFor((message) => message.op === "messageData" && message.subscriptionId as number === channelId);
  }

  /** Disconnects. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.#reading;
  }

  async #send(message: ClientMessage): Promise<void> {
    const data = encodeClientMessage(message);
    await (typeof data === "string" ? this.#socket.sendText(data) : this.#socket.sendBinary(data));
  }

  async #waitFor(matches: (message: ServerMessage) => boolean): Promise<void> {
    for (;;) {
      const message = await this.#inbox.next();
      if (!message) {
        await this.#reading;
        throw new Error("The server disconnected the probe");
      }
      if (matches(message)) return;
    }
  }

  async #read(): Promise<void> {
    for (;;) {
      const frame = await this.#socket.readFrame();
      if (!frame || frame.opcode === Opcode.CLOSE) break;
      const data = frame.opcode === Opcode.TEXT ? new TextDecoder().decode(frame.payload) : frame.payload;
      this.#inbox.push(decodeServerMessage(data));
    }
  }
}
