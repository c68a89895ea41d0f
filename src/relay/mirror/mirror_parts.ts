// MirrorParts: what the parts of a mirror share.

import type { ChannelPolicyInit } from "../../server/delivery/channel_policy.ts";
import type { ExtensionPoints } from "../../server/extensions.ts";
import type { FoxgloveServer } from "../../server/server.ts";
import type { NamePrefix } from "./name_prefix.ts";
import type { OwnedNames } from "./owned_names.ts";
import type { Upstream } from "./upstream.ts";

/** What the parts of a mirror share. */
export interface MirrorParts {
  readonly server: FoxgloveServer;
  readonly points: ExtensionPoints;
  /** Begins log lines. */
  readonly label: string;
  /** Whether the topic of an upstream is latched, although the upstream does not say so. */
  readonly isLatched: (topic: string) => boolean;
  /** Returns how a channel treats slow clients, by its topic for clients. */
  readonly policyOf: (topic: string) => Omit<ChannelPolicyInit, "latch">;
  /** Which upstream has which topic. */
  readonly topics: OwnedNames;
  /** Which upstream has which service. */
  readonly services: OwnedNames;
}

/** What the parts of one mirrored upstream share. */
export interface UpstreamParts {
  /** Names the upstream in texts for people. Unique in a mirror. */
  readonly name: string;
  readonly prefix: NamePrefix;
  readonly upstream: Upstream;
  readonly mirror: MirrorParts;
  /** Reports that something of the upstream is not shown. `text` begins with what it is. */
  readonly refuse: (text: string) => void;
  /** Reports that the reason for a refusal is gone. */
  readonly accept: (text: string) => void;
}
