// McapPlayerOptions, their defaults and their checks.

import { CLOCK, type Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { MACHINE_CLOCK } from "../../machine_clock.ts";
import { nameMatcher, type NamePattern, namePatternsFrom } from "../../name_patterns.ts";
import { kindOf } from "../../protocol/bytes.ts";
import { LATCHED_TOPICS } from "../../protocol/latch_depth.ts";
import type { PlaybackState } from "../../protocol/playback.ts";
import { CONSOLE, SILENT } from "../../server/loggers.ts";
import type { FoxgloveServerOptions } from "../../server/options.ts";
import type { McapSelection } from "../reader/mcap_message.ts";
import { MessageFilter } from "../reader/message_filter.ts";

/** Options of `McapPlayer.open()`. `topics`, `start` and `end` select the messages that are played. */
export interface McapPlayerOptions extends McapSelection {
  /**
   * Options of the server. The player adds the capabilities `playbackControl` and `time`, and answers the hook
   * `onPlaybackControl` itself. The default `name` has the names of the files.
   *
   * @default {{}} The defaults of `FoxgloveServer`.
   */
  readonly server?: Partial<Omit<FoxgloveServerOptions, "dataStartTime" | "dataEndTime">>;
  /**
   * The speed: 2 plays twice as fast as the messages were recorded. Clients can change it.
   *
   * @default {1}
   */
  readonly rate?: number;
  /**
   * Whether playback begins again at the end.
   *
   * @default {false}
   */
  readonly loop?: boolean;
  /**
   * The topics that are latched, although the metadata of their channels does not say it. `McapRecorder` writes it, and
   * so do ROS 1 and ROS 2.
   *
   * @default {["/tf_static", "/robot_description", "/map"]}
   */
  readonly latch?: readonly NamePattern[];
  /** Called after each change of the state: by a client, by the program, and at the end. */
  readonly onStateChange?: (state: PlaybackState) => void;
  /** Aborts opening: the promise rejects with the signal's reason. After opening, it closes the player. */
  readonly signal?: AbortSignal;
}

/** Options with their defaults. */
export interface ResolvedPlayerOptions {
  readonly server: NonNullable<McapPlayerOptions["server"]>;
  readonly rate: number;
  readonly loop: boolean;
  /** Whether a topic is latched, although the metadata of its channels does not say it. */
  readonly isLatched: (topic: string) => boolean;
  readonly onStateChange: ((state: PlaybackState) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  /** Selects the messages. */
  readonly selection: McapSelection;
  readonly filter: MessageFilter;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Checks the options and adds the defaults.
 *
 * @throws {TypeError | RangeError} If one is invalid.
 */
export function resolvePlayerOptions(options: McapPlayerOptions): ResolvedPlayerOptions {
  const { server = {}, rate = 1, loop = false, latch = LATCHED_TOPICS, onStateChange, signal, topics, start, end } =
    options;
  const { [CLOCK]: clock = MACHINE_CLOCK } = server as { [CLOCK]?: Clock };
  checkRate(rate);
  if (typeof loop !== "boolean") throw new TypeError(`Cannot play: loop is ${kindOf(loop)}, not a boolean`);
  const selection = {
    ...(topics !== undefined && { topics }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
  };
  return {
    server,
    rate,
    loop,
    isLatched: nameMatcher(namePatternsFrom("Cannot play", "latch", latch)),
    onStateChange,
    signal,
    selection,
    filter: new MessageFilter(selection),
    logger: server.logger === false ? SILENT : server.logger ?? CONSOLE,
    clock,
  };
}

/** Throws unless this is a valid speed. */
export function checkRate(rate: number): void {
  if (typeof rate === "number" && rate > 0 && rate < Infinity) return;
  throw new RangeError(`Cannot play: the rate is ${rate}, not a finite number above 0`);
}
