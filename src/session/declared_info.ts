// DeclaredInfo: the server's description of itself: its name, capabilities, encodings, metadata and data range.

import { CAPABILITIES, type Capability } from "../protocol/capabilities.ts";
import { UINT64_MAX } from "../protocol/int64_limits.ts";

/** A server's description of itself. Apps and programs receive it when they connect. */
export interface ServerInfoInit {
  /** The server's name. Apps show it to the user, for example in the title bar. */
  name: string;
  /**
   * The optional features that the server offers. Unknown ones are sent unchanged, because a relay may have a server of
   * a later version behind it.
   */
  capabilities: readonly (Capability | (string & Record<never, never>))[];
  /** Message encodings that clients may use to publish and to call services. `undefined`: none are declared. */
  supportedEncodings?: readonly string[] | undefined;
  /** Key-value pairs for clients, such as `ROS_DISTRO`. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** When recorded data begins, in ns. Requires `dataEndTime` and the capability `playbackControl`. */
  dataStartTime?: bigint | undefined;
  /** When recorded data ends, in ns, inclusive. */
  dataEndTime?: bigint | undefined;
}

/** All members of {@linkcode ServerInfoInit}, of which some may be `undefined`. */
export type CompleteInfoInit =
  & Pick<ServerInfoInit, "name" | "capabilities">
  & { readonly [Name in Exclude<keyof ServerInfoInit, "name" | "capabilities">]: ServerInfoInit[Name] };

/** Immutable: a change makes a new object. */
export class DeclaredInfo {
  readonly name: string;
  /** The declared capabilities, and those that typed services, parameters and topics need. */
  readonly capabilities: ReadonlySet<string>;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly dataStartTime: bigint | undefined;
  readonly dataEndTime: bigint | undefined;
  /** The encodings that the program declared. `undefined`: the encodings of client channels are not checked. */
  readonly declaredEncodings: readonly string[] | undefined;
  /** The declared encodings, and those of typed topics. `json` comes first if a typed topic accepts it. */
  readonly encodings: readonly string[];
  readonly #init: ServerInfoInit;
  readonly #needed: ReadonlySet<Capability>;
  readonly #accepted: readonly string[];

  /**
   * @param needed Capabilities that are offered, whether or not the program declares them.
   * @param accepted Encodings that are accepted, whether or not the program declares them, in the order of preference.
   */
  constructor(init: ServerInfoInit, needed: ReadonlySet<Capability> = new Set(), accepted: readonly string[] = []) {
    const { name, capabilities, supportedEncodings, metadata, dataStartTime, dataEndTime } = init;
    this.name = name;
    this.capabilities = new Set([...capabilities, ...needed]);
    this.metadata = metadata && { ...metadata };
    this.dataStartTime = dataStartTime;
    this.dataEndTime = dataEndTime;
    this.declaredEncodings = supportedEncodings && [...supportedEncodings];
    const first = accepted.slice(0, 1);
    this.encodings = [...new Set([...first, ...supportedEncodings ?? [], ...accepted])];
    this.#init = { ...init, capabilities: [...capabilities] };
    this.#needed = needed;
    this.#accepted = accepted;
  }

  /** Returns the members, without the capabilities and encodings that typed services, parameters and topics need. */
  toInit(): CompleteInfoInit {
    const { name, metadata, dataStartTime, dataEndTime } = this;
    const { capabilities, supportedEncodings } = this.#init;
    return { name, capabilities, supportedEncodings, metadata, dataStartTime, dataEndTime };
  }

  /** Returns a description with these members replaced. Members that are absent stay. */
  with(changes: Partial<ServerInfoInit>): DeclaredInfo {
    for (const list of ["capabilities", "supportedEncodings"] as const) {
      if (changes[list] === undefined || Array.isArray(changes[list])) continue;
      throw new TypeError(`Cannot set the server info: "${list}" is not an array`);
    }
    const { name = this.name, capabilities = this.#init.capabilities } = changes;
    return new DeclaredInfo({ ...this.#init, ...changes, name, capabilities }, this.#needed, this.#accepted);
  }

  /** Returns a description that also offers this capability, or itself if it does already. */
  offering(capability: Capability): DeclaredInfo {
    if (this.#needed.has(capability)) return this;
    return new DeclaredInfo(this.#init, new Set([...this.#needed, capability]), this.#accepted);
  }

  /** Returns a description that also accepts these encodings, or itself if it does already. */
  accepting(encodings: readonly string[]): DeclaredInfo {
    const accepted = [...new Set([...this.#accepted, ...encodings])];
    return accepted.length === this.#accepted.length ? this : new DeclaredInfo(this.#init, this.#needed, accepted);
  }
}

/** Whether this is a {@linkcode Capability} that this version knows. */
export function isKnownCapability(name: string): name is Capability {
  return (CAPABILITIES as readonly string[]).includes(name);
}

/**
 * Checks that a data range and the capability `playbackControl` are present together, and that the range is valid.
 *
 * @param cannot The beginning of the error texts.
 * @throws {TypeError} If one of the three is missing.
 * @throws {RangeError} If the range is not valid.
 */
export function checkDataRange(
  cannot: string,
  { capabilities, dataStartTime: start, dataEndTime: end }: {
    readonly capabilities: ReadonlySet<string>;
    readonly dataStartTime: bigint | undefined;
    readonly dataEndTime: bigint | undefined;
  },
): void {
  const given = [capabilities.has("playbackControl"), start !== undefined, end !== undefined];
  if (!given.every((each) => each === given[0])) {
    throw new TypeError(
      `${cannot}: capability "playbackControl", "dataStartTime" and "dataEndTime" must be set together`,
    );
  }
  if (start === undefined || end === undefined) return;
  if (start < 0n || end < start || end > UINT64_MAX) {
    throw new RangeError(
      `${cannot}: "dataStartTime" (${start} ns) and "dataEndTime" (${end} ns) are not a valid range`,
    );
  }
}
