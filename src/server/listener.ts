// FoxgloveServerListener: what the server asks and tells the program that owns it.

import type { ByteSource } from "../protocol/bytes.ts";
import type { ClientChannel } from "../protocol/client_publish.ts";
import type { ChannelId, ClientChannelId, ServiceId } from "../protocol/ids.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackControlRequest, PlaybackState } from "../protocol/playback.ts";
import type { ClientInfo } from "./client_info.ts";
import type { FoxgloveServer } from "./server.ts";

/** A value, now or later. */
export type MaybePromise<T> = T | Promise<T>;

/** Whom a hook is called for. */
export interface ListenerContext {
  /** The client whose message or whose coming or going it is. */
  readonly client: ClientInfo;
  /** Aborts when that client leaves or the server closes. */
  readonly signal: AbortSignal;
}

/** The answer to a service call: its payload, or with an encoding other than the service's own. A string is sent as UTF-8. */
export type ServiceResponse = ByteSource | string | { encoding: string; payload: ByteSource };

/**
 * Hooks that the server calls; each may be left out, and each may be async.
 *
 * The messages of one client reach the hooks in the order in which they came, except that requests for assets, and requests to get or to
 * watch parameters, may have to wait while many of them are open or the client reads slowly: see `maxQueuedRequests`. The server does not
 * wait for an async hook, so the next hook may begin before it has finished. The server's state has already changed when a hook is called: a message sent in
 * `onClientSubscribe` reaches the new subscriber.
 *
 * A hook may call the server. All hook calls go through one queue, and what a hook causes is queued last. For example, a client subscribes to
 * two channels, and `onSubscribe` of the first removes the second. Then `onClientSubscribe` of the first follows, and nothing is reported
 * of the second: a subscription is not reported, neither its begin nor its end, if its channel or client is gone when its turn comes. The
 * queue is empty before the public method, or the message, that filled it is done. `onClientDisconnect` is the last hook of a client,
 * except for `onError`. The `logger` goes through the same queue.
 *
 * A hook that throws or rejects fails the request that it answers, and the failure goes to the log. A hook refuses a request by throwing a
 * {@linkcode RefusalError}, which is logged without a stack. Any other hook's failure goes to `onError` as well, and the client is told by a
 * status. A request hook that returns the wrong kind of value also fails its request: the log says what was expected, and the client is told
 * only that the answer is not valid.
 *
 * @example A service that answers with what it was sent
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
  /** The first client subscribed to a channel: now it is worth producing its messages. */
  onSubscribe?(server: FoxgloveServer, channelId: ChannelId, context: ListenerContext): MaybePromise<void>;
  /** Nobody is subscribed any more: the last client unsubscribed or left, or the channel was removed. */
  onUnsubscribe?(server: FoxgloveServer, channelId: ChannelId, context: ListenerContext): MaybePromise<void>;
  /** A client subscribed, the first or not. */
  onClientSubscribe?(server: FoxgloveServer, channelId: ChannelId, context: ListenerContext): MaybePromise<void>;
  /** A client's subscription ended, the last one or not. */
  onClientUnsubscribe?(server: FoxgloveServer, channelId: ChannelId, context: ListenerContext): MaybePromise<void>;
  /** A client is connected and has been told of channels and services. */
  onClientConnect?(server: FoxgloveServer, context: ListenerContext): MaybePromise<void>;
  /** A client is gone, and every other hook for it has been called. Its hooks that are still running go on. */
  onClientDisconnect?(server: FoxgloveServer, context: ListenerContext): MaybePromise<void>;
  /** A client will publish on a channel of its own. */
  onClientAdvertise?(server: FoxgloveServer, channel: ClientChannel, context: ListenerContext): MaybePromise<void>;
  /** A client publishes no more on that channel, or left. The id is unique only within that client. */
  onClientUnadvertise?(
    server: FoxgloveServer,
    channelId: ClientChannelId,
    context: ListenerContext,
  ): MaybePromise<void>;
  /** A client published a message. The payload is the hook's to keep. */
  onClientMessage?(
    server: FoxgloveServer,
    channelId: ClientChannelId,
    payload: Uint8Array,
    context: ListenerContext,
  ): MaybePromise<void>;
  /**
   * A client calls a service. The payload is the hook's to keep. Throw to fail the call: the client is shown the error's message, and the
   * log the error's stack, or only a line if it is a `RefusalError`.
   */
  onServiceRequest?(
    server: FoxgloveServer,
    serviceId: ServiceId,
    callId: number,
    encoding: string,
    payload: Uint8Array,
    context: ListenerContext,
  ): MaybePromise<ServiceResponse>;
  /**
   * A client asks for these parameters, `[]` meaning all. Parameters without a value, and others than asked for, are not sent.
   *
   * For NaN and infinities see `updateParameters()`. A parameter that cannot be sent at all is logged; the others are sent.
   */
  onGetParameters?(
    server: FoxgloveServer,
    names: readonly string[],
    requestId: string | undefined,
    context: ListenerContext,
  ): MaybePromise<readonly Parameter[]>;
  /**
   * A client sets these parameters; one without a value is to be removed. Return the values now in force: they go to the client, if it
   * asked for an answer, and to all that watch them. As for `onGetParameters`, a parameter that cannot be sent keeps no other from being
   * sent.
   *
   * Large integers arrive as `bigint`: see `ParameterValue`.
   */
  onSetParameters?(
    server: FoxgloveServer,
    parameters: readonly Parameter[],
    requestId: string | undefined,
    context: ListenerContext,
  ): MaybePromise<readonly Parameter[]>;
  /** The first client began, or the last one ceased, to watch these parameters. `names` is never empty. */
  onParametersSubscribe?(
    server: FoxgloveServer,
    names: readonly string[],
    subscribe: boolean,
    context: ListenerContext,
  ): MaybePromise<void>;
  /** The first client began, or the last one ceased, to watch the connection graph. */
  onConnectionGraphSubscribe?(
    server: FoxgloveServer,
    subscribe: boolean,
    context: ListenerContext,
  ): MaybePromise<void>;
  /**
   * A client asks for a file. Throw a `RefusalError` if there is none: the client is shown its message. Check the path, or use
   * `assetRoots()`.
   *
   * A client's files are asked for one at a time: the next one when the one before has been sent, has failed, or has not come for two
   * seconds.
   */
  onFetchAsset?(
    server: FoxgloveServer,
    uri: string,
    requestId: number,
    context: ListenerContext,
  ): MaybePromise<ByteSource>;
  /**
   * A client steers playback. Apply seek, then speed, then command, and return what is so now: it goes to all clients. Return nothing to
   * refuse.
   */
  onPlaybackControl?(
    server: FoxgloveServer,
    request: PlaybackControlRequest,
    context: ListenerContext,
  ): MaybePromise<PlaybackState | undefined>;
  /** Another hook threw or rejected. */
  onError?(server: FoxgloveServer, error: unknown, context: ListenerContext): void;
}
