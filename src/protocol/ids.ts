// Ids: branded numbers for the ids on the wire. The type checker rejects an id of the wrong kind. At run time, an id is
// a plain number.

/** Identifies a channel. A uint32, chosen by the server and never reused while it runs. */
export type ChannelId = number & { readonly kind: "channel" };

/** Identifies the subscription of one client to one channel. A uint32, chosen by the client. */
export type SubscriptionId = number & { readonly kind: "subscription" };

/**
 * Identifies a schema of a server on one connection (`foxglove.sdk.v1.1`). An integer up to 2^53 - 1, chosen by the
 * server.
 */
export type SchemaId = number & { readonly kind: "schema" };

/**
 * Identifies a channel that a client publishes on. A uint32, chosen by the client and unique only within that client.
 */
export type ClientChannelId = number & { readonly kind: "clientChannel" };

/** Identifies a service. A uint32, chosen by the server and never reused while it runs. */
export type ServiceId = number & { readonly kind: "service" };

/**
 * The id of any kind of object, for code that works with several kinds. Internal: the public types do not refer to it.
 */
export type Id<Kind extends string> = number & { readonly kind: Kind };
