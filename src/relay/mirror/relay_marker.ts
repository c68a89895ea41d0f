// The marker of relays: names the relays that messages of a server have passed, in the metadata of the server.

/** The key in the metadata of a server. The value has the ids of the relay and of the relays behind it, with commas. */
export const RELAYS_KEY = "foxglove-ws.relays";

/** How many ids are passed on, and the form of each, because an upstream may send anything. */
const MAX_IDS = 100;
const ID = /^\w{1,32}$/;

type Metadata = Readonly<Record<string, string>>;

/** Returns the ids of the relays that a server consists of. */
export function relaysOf(metadata: Metadata = {}): string[] {
  return (metadata[RELAYS_KEY] ?? "").split(",", MAX_IDS).filter((id) => ID.test(id));
}

/** Returns metadata with the ids of these relays instead of others. At most the first 100 ids are kept. */
export function withRelays(metadata: Metadata, ids: readonly string[]): Record<string, string> {
  const { [RELAYS_KEY]: _, ...others } = metadata;
  const kept = [...new Set(ids)].slice(0, MAX_IDS);
  return kept.length > 0 ? { ...others, [RELAYS_KEY]: kept.join(",") } : others;
}
