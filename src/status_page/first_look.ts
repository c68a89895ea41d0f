// FirstLook: shows something at once on a page that the user sees for the first time.

import type { Channel } from "../client/mod.ts";
import { numbersIn, type Path, pathText } from "./data/numbers_in.ts";
import { canDecode } from "./message_decoder.ts";
import type { MessageHub } from "./message_hub.ts";
import type { PanelContext } from "./panel_context.ts";
import type { LineLayout } from "./data/layout.ts";

/** Messages of these schemas are large, or have no numbers that tell a person something. */
const UNSUITABLE = /image|video|cloud|scan|grid|scene|transform|log|calibration|annotation|marker|geojson|audio|model/i;
/** Members that count or place messages, and so make dull plots. */
const DULL = /(^|[.\]])(timestamp|stamp|time|sec|nsec|nanosec|seq|id|count)\b/i;

/** Opens a topic with a number, and plots the number. */
export class FirstLook {
  readonly #context: PanelContext;
  readonly #hub: MessageHub;

  constructor(context: PanelContext, hub: MessageHub) {
    this.#context = context;
    this.#hub = hub;
  }

  /** Returns the topic to open, if any is suitable. */
  static topicOf(channels: Iterable<Channel>): string | undefined {
    const suitable = [...channels].filter((channel) =>
      canDecode(channel) && !UNSUITABLE.test(`${channel.topic} ${channel.schemaName}`)
    );
    return suitable.map(({ topic }) => topic).sort()[0];
  }

  /** Calls `plot` with a number of the first message of a topic. */
  plot(topic: string, plot: (line: LineLayout) => void): void {
    let isDone = false;
    const stop = this.#hub.read(topic, (message) => {
      // The reader may be called before `read()` returns.
      queueMicrotask(() => stop());
      if (isDone) return;
      isDone = true;
      try {
        const path = firstField(numbersIn(this.#context.decode(message), 50));
        if (path) plot({ topic, path });
      } catch {
        // The view of the message shows why it cannot be decoded.
      }
    });
  }
}

/** Returns the number of a message that is most likely worth a plot. */
function firstField(paths: readonly Path[]): Path | undefined {
  return paths.find((path) => !DULL.test(pathText(path))) ?? paths[0];
}
