// FoxgloveServerListener: the hooks by which the program answers requests and learns of events.

import type { ByteSource } from "../protocol/bytes.ts";
import type { ClientChannel } from "../protocol/client_publish.ts";
import type { ChannelId, ClientChannelId, ServiceId } from "../protocol/ids.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackControlRequest, PlaybackState } from "../protocol/playback.ts";
import type { Service } from "../protocol/services.ts";
import type { ClientInfo } from "./client_info.ts";
import type { FoxgloveServer } from "./server.ts";

/** A value, now or later. */
export type MaybePromise<T> = T | Promise<T>;

/** The client for which a hook is called. */
export interface ListenerContext {
  /** The client that sent the message, connected or disconnected. */
  readonly client: ClientInfo;
  /** Aborts when the client disconnects or the server closes. */
  readonly signal: AbortSignal;
  /** The server's option `maxAssetBytes`: larger assets are not sent. */
  readonly maxAssetBytes: number;
}

/** The context of hooks about a service call. */
export interface ServiceContext extends ListenerContext {
  /** The called service. */
  readonly service: Service;
}

/** The context of hooks about a client channel. */
export interface PublishContext extends ListenerContext {
  /** The channel that the client advertised: its topic, encoding and schema. */
  readonly channel: ClientChannel;
}

/**
 * The response to a service call: the payload alone, or with an encoding that differs from the service's. A string is
 * sent as UTF-8.
 */
export type ServiceResponse = ByteSource | string | { encoding: string; payload: ByteSource };

/**
 * Hooks that the server calls. All are optional, and each may be async.
 *
 * Order: the server calls hooks in the order of a client's messages. Requests for assets, and requests to get or to
 * watch parameters, are exceptions: they may be queued if many are open or the client reads slowly (see
 * `maxQueuedRequests`). The server does not wait for an async hook, so the next hook may begin before it has finished.
 * The server's state has already changed when a hook is called: a message sent in `onClientSubscribe` reaches the new
 * subscriber.
 *
 * A hook may call the server. All hook calls go through one queue, and calls that a hook causes are appended to it. The
 * method call or message that started to fill the queue is not finished until the queue is empty. A subscription is not
 * reported at all if its channel or client no longer exists when its turn comes. For example, a client subscribes to
 * two channels, and `onSubscribe` of the first removes the second. Then `onClientSubscribe` of the first follows, and
 * no hook is called for the second. `onClientDisconnect` is the last hook of a client, except for `onError`. The
 * `logger` is called through the same queue.
 *
 * Errors: if a hook that answers a request throws or rejects, the request fails, and the error is logged. To reject a
 * request, throw a {@linkcode RefusalError}, which is logged without a stack. If any other hook fails, `onError` is
 * called as well, and the client receives a status. A request also fails if its hook returns a value of the wrong type.
 * Then the log says what was expected, and the client is told only that the answer is not valid.
 *
 * Hooks that answer no request may return any value, for example the result of an assignment. It is ignored, but a
 * promise that rejects counts as a failure.
 *
 * @example A service that returns its request
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { FoxgloveServer, type FoxgloveServerListener } from "@x/foxglove-ws";
 *
 * const listener: FoxgloveServerListener = {
 *   onServiceRequest: (_server, _serviceId, _callId, _encoding, payload) => payload,
 * };
 * const server = new FoxgloveServer({ name: "echo", capabilities: ["services"], listener });
 * const json = { encoding: "json", schemaName: "Echo", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
 * assertEquals(server.addService({ name: "/echo", type: "Echo", request: json, response: json }) > 0, true);
 * ```
 */
export interface FoxgloveServerListener {
  /** The first client subscribed to a channel. Start producing its messages here. */
  onSubscribe?(server: FoxgloveServer, channelId: ChannelId, context: ListenerContext): unknown;
  /** The last subscription to a channel ended: the client unsubscribed or disconnected, or the channel was removed. */
  onUnsubscribe?(server: FoxgloveServer, channelId: ChannelId, context: ListenerContext): unknown;
  /** A client subscribed to a channel. Called for every client, after `onSubscribe` for the first one. */
  onClientSubscribe?(server: FoxgloveServer, channelId: ChannelId, context: ListenerContext): unknown;
  /** A client's subscription ended. Called for every client, before `onUnsubscribe` for the last one. */
  onClientUnsubscribe?(server: FoxgloveServer, channelId: ChannelId, context: ListenerContext): unknown;
  /** A client connected. The current channels and services have been advertised to it. */
  onClientConnect?(server: FoxgloveServer, context: ListenerContext): unknown;
  /**
   * A client disconnected. No other hook is called for it afterwards, except `onError`. Async hooks may still be
   * running.
   */
  onClientDisconnect?(server: FoxgloveServer, context: ListenerContext): unknown;
  /** A client advertised a channel on which it will publish. */
  onClientAdvertise?(server: FoxgloveServer, channel: ClientChannel, context: ListenerContext): unknown;
  /** A client unadvertised its channel, or disconnected. The id is unique only within this client. */
  onClientUnadvertise?(
    server: FoxgloveServer,
    channelId: ClientChannelId,
    context: PublishContext,
  ): unknown;
  /** A client published a message. The hook may keep the payload. */
  onClientMessage?(
    server: FoxgloveServer,
    channelId: ClientChannelId,
    payload: Uint8Array,
    context: PublishContext,
  ): unknown;
  /**
   * A client calls a service. The hook may keep the payload. Throw to fail the call: the client receives the error's
   * message, and the server logs the error's stack, or a single line for a `RefusalError`.
   */
  onServiceRequest?(
    server: FoxgloveServer,
    serviceId: ServiceId,
    callId: number,
    encoding: string,
    payload: Uint8Array,
    context: ServiceContext,
  ): MaybePromise<ServiceResponse>;
  /**
   * A client requests parameters; `[]` means all. Parameters without a value, or that were not requested, are not sent.
   *
   * For NaN and infinities see `updateParameters()`. A parameter that cannot be sent at all is logged; the others are
   * sent.
   */
  onGetParameters?(
    server: FoxgloveServer,
    names: readonly string[],
    requestId: string | undefined,
    context: ListenerContext,
  ): MaybePromise<readonly Parameter[]>;
  /**
   * A client sets parameters. Remove those without a value. Return the parameters with their new values. They are sent
   * to all subscribers, and to the client if it requested an answer. As for `onGetParameters`, a parameter that cannot
   * be sent is logged, and the others are sent.
   *
   * Large integers arrive as `bigint`: see `ParameterValue`.
   */
  onSetParameters?(
    server: FoxgloveServer,
    parameters: readonly Parameter[],
    requestId: string | undefined,
    context: ListenerContext,
  ): MaybePromise<readonly Parameter[]>;
  /** The first client subscribed to these parameters, or the last one unsubscribed. `names` is never empty. */
  onParametersSubscribe?(
    server: FoxgloveServer,
    names: readonly string[],
    subscribe: boolean,
    context: ListenerContext,
  ): unknown;
  /** The first client subscribed to the connection graph, or the last one unsubscribed. */
  onConnectionGraphSubscribe?(
    server: FoxgloveServer,
    subscribe: boolean,
    context: ListenerContext,
  ): unknown;
  /**
   * A client requests an asset, such as a mesh or a URDF file. Throw a `RefusalError` if it does not exist: the client
   * receives the message. Check that the path is allowed, or use `assetRoots()`.
   *
   * Assets are requested one at a time for each client. The next one is requested when the previous one has been sent,
   * has failed, or has taken two seconds.
   */
  onFetchAsset?(
    server: FoxgloveServer,
    uri: string,
    requestId: number,
    context: ListenerContext,
  ): MaybePromise<ByteSource>;
  /**
   * A client controls playback. Apply seek, then speed, then command, and return the new state, which is sent to all
   * clients. Return `undefined` to reject the request.
   */
  onPlaybackControl?(
    server: FoxgloveServer,
    request: PlaybackControlRequest,
    context: ListenerContext,
  ): MaybePromise<PlaybackState | undefined>;
  /** A hook threw or rejected. Not called for hooks that answer requests: there, the request fails. */
  onError?(server: FoxgloveServer, error: unknown, context: ListenerContext): void;
}
