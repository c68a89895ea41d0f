// WorkerThread: carries out the orders of the producer: listens, accepts clients and sends them messages.

import { MACHINE_CLOCK } from "../../machine_clock.ts";
import { FramePool } from "../../server/delivery/frame_pool.ts";
import { FrameStack } from "../../server/delivery/frame_stack.ts";
import { DirectAccess } from "../../server/direct/direct_access.ts";
import { Endpoint } from "../../server/http/endpoint.ts";
import type { CertificatePair } from "../../server/certificate_pair.ts";
import { textOf } from "../../error_text.ts";
import type { Logger } from "../../logger.ts";
import type { SubscriptionId } from "../../protocol/ids.ts";
import type { Batch, Boot, ListenOrder, Notice, Order, WorkerOptions } from "../messages.ts";
import { RingReader, type RingRecord } from "../ring.ts";
import { Inbox } from "./inbox.ts";
import { Notices } from "./notices.ts";
import { Questions } from "./questions.ts";
import { Reports } from "./reports.ts";
import { WorkerChannel } from "./worker_channel.ts";
import { WorkerClient } from "./worker_client.ts";

/**
 * The grace period for clients when the certificate is replaced, in ms. Unused: the direct listener keeps all
 * connections.
 */
const GRACE_MS = 0;

/** One worker. */
export class WorkerThread {
  readonly #options: WorkerOptions;
  readonly #notices: Notices;
  readonly #inbox: Inbox;
  readonly #questions: Questions;
  readonly #reports: Reports;
  readonly #frames = new FrameStack(new FramePool());
  readonly #clients = new Map<number, WorkerClient>();
  readonly #channels = new Map<number, WorkerChannel>();
  readonly #logger: Logger;
  #endpoint: Endpoint | undefined;
  /** Resolves when the endpoint listens, or cannot. */
  #listening: Promise<void> | undefined;

  constructor({ ring, posted, options }: Boot, post: (notices: Notice[], transfer: ArrayBuffer[]) => void) {
    const notices = new Notices(post);
    this.#options = options;
    this.#notices = notices;
    this.#questions = new Questions(notices);
    this.#logger = loggerTo(notices);
    this.#reports = new Reports({ clock: MACHINE_CLOCK, notices, clients: this.#clients, channels: this.#channels });
    this.#inbox = new Inbox({
      ring: new RingReader(ring),
      posted: new Int32Array(posted),
      onRecord: (record, accept) => this.#publish(record, accept),
      onBatch: ({ orders, bytes }) => {
        for (const order of orders) this.#carryOut(order);
        this.#reports.applied(bytes);
      },
    });
    this.#inbox.start();
  }

  receive(batch: Batch): void {
    this.#inbox.receive(batch);
  }

  #carryOut(order: Order): void {
    switch (order.type) {
      case "listen":
        this.#listening = this.#listen(order.where);
        return;
      case "setCertificate":
        return void this.#setCertificate(order.pair);
      case "listenAgain":
        return void this.#endpoint?.listenAgain();
      case "shutdown":
        return void this.#shutDown();
      case "ping":
        return this.#notices.add({ type: "pong" });
      case "respond":
        return this.#questions.respond(order.request, order.response);
      case "accept":
        return this.#accept(order.request, order.connection, order.subprotocol);
      case "addChannel":
        return void this.#channels.set(order.channel.id, new WorkerChannel(order.channel));
      case "removeChannel":
        return this.#removeChannel(order.channelId);
      case "subscribe":
        return this.#subscribe(order);
      case "unsubscribe":
        return this.#channels.get(order.channelId)?.unsubscribe(order.connection, order.number);
      case "publish":
        return this.#publish(order, () => true);
      case "data":
        return this.#sendData(order);
      case "control":
        for (const each of order.connections) this.#clients.get(each)?.sendControl(order.frame, order.isExclusive);
        return;
      case "time":
        for (const each of order.connections) this.#clients.get(each)?.outbox.sendTime(order.frame);
        return;
      case "send":
        return this.#clients.get(order.connection)?.transport.send(order.frame);
      case "purge":
        return this.#clients.get(order.connection)?.outbox.purge(order.channelId as WorkerChannel["id"]);
      case "finish":
        return this.#clients.get(order.connection)?.outbox.finish();
      case "closeOutbox":
        return this.#clients.get(order.connection)?.outbox.close();
      case "destroy":
        return this.#clients.get(order.connection)?.transport.destroy?.();
      case "close":
        return this.#clients.get(order.connection)?.transport.close(order.code, order.reason);
      case "taken":
        return this.#clients.get(order.connection)?.taken(order.messages, order.bytes);
      default:
        throw new TypeError(`Cannot carry out an order of type "${(order satisfies never as Order).type}"`);
    }
  }

  async #listen({ hostname, port, cert, key }: ListenOrder): Promise<void> {
    const shared = { onAccepted: () => this.#notices.add({ type: "accepted" }) };
    const options = { ...this.#options, clock: MACHINE_CLOCK, logger: this.#logger, shared };
    const certificate = cert !== undefined && key !== undefined ? { cert, key } : {};
    const openListener = new DirectAccess(options).open;
    this.#endpoint = new Endpoint(
      { ...options, hostname, port, ...certificate, openListener },
      this.#questions.handlers,
    );
    try {
      this.#notices.add({ type: "listening", addr: await this.#endpoint.open() });
    } catch (error) {
      const { code } = error as { code?: string };
      this.#notices.add({ type: "cannotListen", message: textOf(error), code });
    }
  }

  /** The producer has checked the pair. */
  async #setCertificate(pair: CertificatePair): Promise<void> {
    await this.#listening;
    await this.#endpoint?.reload(pair, () => [], GRACE_MS);
    this.#notices.add({ type: "certificateSet" });
  }

  async #shutDown(): Promise<void> {
    this.#endpoint?.beginClose();
    for (const { transport } of this.#clients.values()) transport.destroy?.();
    await this.#endpoint?.close();
    this.#notices.add({ type: "shutDown" });
  }

  #accept(request: number, connection: number, subprotocol: string | undefined): void {
    const upgrade = this.#questions.accept(request, subprotocol);
    if (!upgrade) return this.#notices.add({ type: "closed", connection, reason: "error" });
    const client = new WorkerClient(connection, upgrade.transport, {
      notices: this.#notices,
      clock: MACHINE_CLOCK,
      options: this.#options,
      onClosed: (client) => this.#forget(client),
    });
    this.#clients.set(connection, client);
    client.listen(() => upgrade.onClosed?.());
  }

  #forget(client: WorkerClient): void {
    this.#reports.send([client]);
    this.#clients.delete(client.number);
    for (const channel of this.#channels.values()) channel.forget(client.number);
  }

  #removeChannel(channelId: number): void {
    this.#reports.send([]);
    this.#channels.delete(channelId);
    this.#notices.add({ type: "channelRemoved", channelId });
  }

  #subscribe({ channelId, connection, subscriptionId, number }: Extract<Order, { type: "subscribe" }>): void {
    const client = this.#clients.get(connection);
    if (client) this.#channels.get(channelId)?.subscribe(client, subscriptionId, number);
  }

  /** Sends a message to all subscribers. The payload may be a view of the ring: see `InboxParts.onRecord`. */
  #publish({ channelId, number, timestamp, payload }: RingRecord, accept: () => boolean): void {
    const channel = this.#channels.get(channelId);
    if (!channel?.hasSubscribers) return void accept();
    const frame = this.#frames.enter(channel.topic);
    try {
      frame.write(timestamp, payload);
      if (accept()) channel.publish(frame, number);
    } finally {
      this.#frames.leave();
    }
  }

  #sendData(order: Extract<Order, { type: "data" }>): void {
    const client = this.#clients.get(order.connection);
    const channel = this.#channels.get(order.channelId);
    if (!client || !channel) return;
    const frame = this.#frames.enter(channel.topic);
    try {
      frame.write(order.timestamp, order.payload);
      client.outbox.sendData(frame, order.subscriptionId as SubscriptionId, channel);
    } finally {
      this.#frames.leave();
    }
  }
}

/** Returns a logger whose lines the producer writes. */
function loggerTo(notices: Notices): Logger {
  const at = (level: Extract<Notice, { type: "log" }>["level"]) => (text: string) =>
    notices.add({ type: "log", level, text });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
