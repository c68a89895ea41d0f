// A healthy client: does nothing wrong, and has to be served whatever the others do.

import { decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage } from "../../src/protocol/encode.ts";
import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import { Queue, within } from "../../tests/support/events.ts";
import { Opcode, RawSocket } from "../../tests/support/raw_socket.ts";

/** Reads all it is sent; what cannot be decoded fails the next wait. */
export class HealthyClient {
  readonly #socket: RawSocket;
  readonly #inbox = new Queue<ServerMessage | undefined>("a message to the healthy client");
  readonly #reading: Promise<void>;

  private constructor(socket: RawSocket) {
    this.#socket = socket;
    this.#reading = this.#read();
    // Whoever waits for a message is told.
    const ended = () => this.#inbox.push(undefined);
    this.#reading.then(ended, ended);
  }

  static async connect(port: number): Promise<HealthyClient> {
    const headers = [["Sec-WebSocket-Protocol", "foxglove.sdk.v1"]] as const;
    const connecting = RawSocket.connect({ port, headers, answersPings: true });
    return new HealthyClient(await within(connecting, "the healthy client's handshake"));
  }

  /** Subscribes, and waits until that is done. */
  async subscribe(channelId: ChannelId): Promise<void> {
    const id = channelId as number as SubscriptionId;
    await this.#says({ op: "subscribe", subscriptions: [{ id, channelId }] });
    // Its answer comes after that.
    const request = `after ${channelId}`;
    await this.#says({ op: "getParameters", parameterNames: ["p"], id: request });
    await this.#hears((message) => message.op === "parameterValues" && message.id === request);
  }

  /** Waits for a message of a channel. */
  async receives(channelId: ChannelId): Promise<void> {
    await this.#hears((message) => message.op === "messageData" && message.subscriptionId as number === channelId);
  }

  /** Hangs up. */
  async leave(): Promise<void> {
    this.#socket.close();
    await this.#reading;
  }

  async #says(message: ClientMessage): Promise<void> {
    const data = encodeClientMessage(message);
    await (typeof data === "string" ? this.#socket.sendText(data) : this.#socket.sendBinary(data));
  }

  async #hears(isIt: (message: ServerMessage) => boolean): Promise<void> {
    for (;;) {
      const message = await this.#inbox.next();
      if (!message) {
        await this.#reading;
        throw new Error("The healthy client was sent away");
      }
      if (isIt(message)) return;
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
