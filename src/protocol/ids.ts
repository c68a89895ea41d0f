// Branded numbers: the ids that travel on the wire, kept apart by the type checker.

/** A number that names one kind of thing; `kind` exists only in the type checker. */
export type Id<Kind extends string> = number & { readonly kind: Kind };

/** Names a channel. Chosen by the server, within uint32, never reused while it runs. */
export type ChannelId = Id<"channel">;

/** Names one client's interest in one channel. Chosen by the client, uint32. */
export type SubscriptionId = Id<"subscription">;

/** Names a channel that a client publishes on. Chosen by the client, uint32, unique only within that client. */
export type ClientChannelId = Id<"clientChannel">;

/** Names a service. Chosen by the server, uint32, never reused while it runs. */
export type ServiceId = Id<"service">;
