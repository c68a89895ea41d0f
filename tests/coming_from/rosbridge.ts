// Rosbridge: a stand-in for rosbridge_server, with the operations that programs with roslib use in these tests.

import { MS, Queue, within } from "../support/events.ts";

/** A message of rosbridge: its operation, and what that operation needs. */
export interface RosbridgeMessage {
  op: string;
  topic?: string;
  service?: string;
  /** The type of a topic or a service. */
  type?: string;
  id?: string;
  // deno-lint-ignore no-explicit-any
  msg?: any;
  args?: unknown;
  values?: unknown;
  result?: boolean;
}

/** Longer than a program needs to start and connect. */
const START_MS = 40_000 * MS;

/** A server for one program. */
export class Rosbridge implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #socket = Promise.withResolvers<WebSocket>();
  readonly #queues = new Map<string, Queue<RosbridgeMessage>>();
  readonly #services: Readonly<Record<string, (args: unknown) => unknown>>;

  /** `services`: the services that the program may call, which return the values of the response. */
  constructor(services: Readonly<Record<string, (args: unknown) => unknown>> = {}) {
    this.#services = services;
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.addEventListener("open", () => this.#socket.resolve(socket));
      socket.addEventListener("message", ({ data }) => this.#receive(socket, JSON.parse(data)));
      return response;
    });
  }

  get port(): number {
    return this.#server.addr.port;
  }

  /** Waits until the program has connected. */
  async connected(): Promise<void> {
    await within(this.#socket.promise, "a connection", START_MS);
  }

  /** Waits for the program's next message with this operation, for a topic or a service. */
  next(op: string, name: string): Promise<RosbridgeMessage> {
    return this.#queueOf(op, name).next();
  }

  /** Sends a message to the program, which has subscribed. */
  async publish(topic: string, msg: unknown): Promise<void> {
    this.#send(await this.#socket.promise, { op: "publish", topic, msg });
  }

  /** Calls a service of the program. */
  async call(service: string, args: unknown): Promise<RosbridgeMessage> {
    this.#send(await this.#socket.promise, { op: "call_service", id: "1", service, args });
    return await this.next("service_response", service);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #receive(socket: WebSocket, message: RosbridgeMessage): void {
    const { op, id, topic, service, args } = message;
    const name = topic ?? service ?? "";
    this.#queueOf(op, name).push(message);
    const answer = op === "call_service" ? this.#services[name] : undefined;
    if (answer) {
      this.#send(socket, { op: "service_response", id: id!, service: name, values: answer(args), result: true });
    }
  }

  #send(socket: WebSocket, message: RosbridgeMessage): void {
    socket.send(JSON.stringify(message));
  }

  #queueOf(op: string, name: string): Queue<RosbridgeMessage> {
    const key = `${op} ${name}`;
    const queue = this.#queues.get(key) ?? new Queue<RosbridgeMessage>(key);
    this.#queues.set(key, queue);
    return queue;
  }
}
