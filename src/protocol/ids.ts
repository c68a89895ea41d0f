// Ids: branded numbers for the ids on the wire. The type checker rejects an id of the wrong kind.

/** The id of one kind of object. `kind` exists only in the type checker: at run time an id is a plain number. */
export type Id<Kind extends string> = number & { readonly kind: Kind };

/** Identifies a channel. A uint32, chosen by the server and never reused while it runs. */
export type ChannelId = Id<"channel">;

/** Identifies the subscription of one client to one channel. A uint32, chosen by the client. */
export type SubscriptionId = Id<"subscription">;

/** Identifies a channel that a client publishes on. A uint32, chosen by the client and unique only within that client. */
export type ClientChannelId = Id<"clientChannel">;

/** Identifies a service. A uint32, chosen by the server and never reused while it runs. */
export type ServiceId = Id<"service">;
