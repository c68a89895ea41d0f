// FirstLook: opens a topic and plots numbers on a page that the user sees for the first time.

import type { Channel } from "../client/mod.ts";
import type { LineLayout } from "./data/layout.ts";
import { numberAt, numbersIn, type Path, pathText } from "./data/numbers_in.ts";
import { atMostEvery } from "./frame_loop.ts";
import { canDecode } from "./message_decoder.ts";
import type { MessageHub } from "./message_hub.ts";
import type { PanelContext } from "./panel_context.ts";

/** Messages of these schemas are large, or have no numbers that are worth a plot. */
const UNSUITABLE = /image|video|cloud|scan|grid|scene|transform|log|calibration|annotation|marker|geojson|audio|model/i;
/** Members that count or place messages, and so make dull plots. */
const DULL = /(^|[.\]])(timestamp|stamp|time|sec|nsec|nanosec|seq|id|count)\b/i;
const MAX_BYTES = 16_384;
const MAX_NUMBERS = 50;
/** How many topics are watched at the same time. */
const MAX_WATCHED = 16;
const MAX_PLOTS = 2;
const PERIOD_MS = 250;
/** How long topics are watched for numbers that change, in ms. Many topics have one or two messages a second. */
const WATCH_MS = 1500;
/** Afterwards, numbers that do not change count too, and silent topics give way to others. */
const LAST_MS = 4000;

/** What the page shows. */
export interface FirstLookOwner {
  /** Whether the user has opened nothing yet. */
  readonly isUntouched: boolean;
  open(topic: string): void;
  plot(line: LineLayout): void;
}

/** A topic that may be shown. */
interface Watched {
  stop: () => void;
  /** The first message, if it has numbers. */
  first: { readonly value: unknown; readonly paths: readonly Path[] } | undefined;
  /** A number that was not the same in each message. */
  changing: Path | undefined;
}

/** Watches topics for a moment, and shows those whose numbers change: the ones with the fewest numbers first. */
export class FirstLook {
  readonly #context: PanelContext;
  readonly #hub: MessageHub;
  readonly #owner: FirstLookOwner;
  readonly #watched = new Map<string, Watched>();
  /** Topics that are watched or were silent. */
  readonly #tried = new Set<string>();
  readonly #stopFrames: () => void;
  #startMs = 0;

  constructor(context: PanelContext, hub: MessageHub, owner: FirstLookOwner) {
    this.#context = context;
    this.#hub = hub;
    this.#owner = owner;
    this.#stopFrames = context.onFrame(atMostEvery(PERIOD_MS, () => this.#update()));
  }

  #update(): void {
    if (!this.#owner.isUntouched) return this.#end();
    this.#watchMore();
    const watchedMs = performance.now() - this.#startMs;
    if (watchedMs < WATCH_MS || this.#watched.size === 0) return;
    const lines = this.#lines(watchedMs >= LAST_MS);
    if (lines.length > 0) {
      this.#end();
      // The first in the list, because it is on the screen.
      this.#owner.open(lines.map(({ topic }) => topic).sort()[0]!);
      for (const line of lines) this.#owner.plot(line);
    } else if (watchedMs >= LAST_MS) this.#stopWatching();
  }

  #watchMore(): void {
    if (this.#watched.size === 0) this.#startMs = performance.now();
    const channels = [...this.#context.client.channels.values()];
    const untried = channels.filter((channel) => !this.#tried.has(channel.topic) && isSuitable(channel));
    for (const topic of untried.map(({ topic }) => topic).sort().slice(0, MAX_WATCHED - this.#watched.size)) {
      this.#tried.add(topic);
      if (!this.#watched.has(topic)) this.#watch(topic);
    }
  }

  #watch(topic: string): void {
    const watched: Watched = { stop: () => {}, first: undefined, changing: undefined };
    this.#watched.set(topic, watched);
    watched.stop = this.#hub.read(topic, (message) => {
      if (message.payload.length > MAX_BYTES) return;
      try {
        take(watched, this.#context.decode(message));
      } catch {
        // The topic is not shown.
      }
    });
  }

  /** Returns the lines to plot. `isLast`: whether numbers that do not change count too. */
  #lines(isLast: boolean): LineLayout[] {
    return [...this.#watched].flatMap(([topic, { first, changing }]) => {
      const path = changing ?? (isLast ? first?.paths[0] : undefined);
      return path ? [{ topic, path, isConstant: !changing, numbers: first?.paths.length ?? 0 }] : [];
    })
      .sort((a, b) => Number(a.isConstant) - Number(b.isConstant) || a.numbers - b.numbers)
      .slice(0, MAX_PLOTS)
      .map(({ topic, path }) => ({ topic, path }));
  }

  #stopWatching(): void {
    for (const { stop } of this.#watched.values()) stop();
    this.#watched.clear();
  }

  #end(): void {
    this.#stopFrames();
    this.#stopWatching();
  }
}

function isSuitable(channel: Channel): boolean {
  return canDecode(channel) && !UNSUITABLE.test(`${channel.topic} ${channel.schemaName}`.slice(0, 1000));
}

function take(watched: Watched, value: unknown): void {
  const { first } = watched;
  if (first) {
    watched.changing ??= first.paths.find((path) => hasChanged(numberAt(first.value, path), numberAt(value, path)));
  } else watched.first = { value, paths: plottable(value) };
}

/** A number that is missing now has not changed. */
function hasChanged(before: number, now: number): boolean {
  return now !== before && !Number.isNaN(now);
}

/** Returns the paths of the numbers that are worth a plot; all of them, if none is. */
function plottable(value: unknown): readonly Path[] {
  const paths = numbersIn(value, MAX_NUMBERS);
  const worthy = paths.filter((path) => !DULL.test(pathText(path)));
  return worthy.length > 0 ? worthy : paths;
}
