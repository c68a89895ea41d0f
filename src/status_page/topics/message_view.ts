// MessageView: the newest message of one topic.

import type { ReceivedMessage } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { hexDump } from "../data/hex_dump.ts";
import { bytesText } from "../data/quantities.ts";
import { clip, create, createLive, setText, showText } from "../dom.ts";
import { timeOfDay } from "../panels/log_line.ts";
import { atMostEvery } from "../frame_loop.ts";
import { canDecode, MAX_DECODED_BYTES } from "../message_decoder.ts";
import type { MessageHub } from "../message_hub.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import { type PlotToggle, ValueTree } from "./value_tree.ts";

/** Text changes at most ten times a second, because people cannot read faster. */
const TEXT_PERIOD_MS = 100;

/** Shows the newest message, and subscribes to its topic only while it is on the screen. */
export class MessageView implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #hub: MessageHub;
  readonly #topic: string;
  readonly #facts = createLive("p", { class: "facts" });
  readonly #problem = create("p", { class: "problem", hidden: true });
  readonly #hex = create("pre", { class: "hex", hidden: true, tabindex: 0, "aria-label": "Bytes of the message" });
  readonly #tree: ValueTree;
  readonly #stopDrawing: () => void;
  #stopReading: (() => void) | undefined;
  #newest: ReceivedMessage | undefined;
  #isShown = true;

  constructor(context: PanelContext, hub: MessageHub, topic: string, plots: PlotToggle) {
    this.#context = context;
    this.#hub = hub;
    this.#topic = topic;
    this.#tree = new ValueTree(topic, plots);
    setText(this.#facts.text, "Waiting for a message …");
    this.element = create("div", { class: "message" }, this.#facts.outer, this.#problem, this.#tree.element, this.#hex);
    this.#stopDrawing = context.onFrame(atMostEvery(TEXT_PERIOD_MS, () => this.#update()));
  }

  close(): void {
    this.#stopDrawing();
    this.#stopReading?.();
  }

  #update(): void {
    if (!this.#context.isVisible(this.element)) {
      this.#stopReading?.();
      this.#stopReading = undefined;
      return;
    }
    this.#stopReading ??= this.#hub.read(this.#topic, (message) => {
      this.#newest = message;
      this.#isShown = false;
    });
    if (this.#isShown || !this.#newest) return;
    this.#isShown = true;
    this.#show(this.#newest);
  }

  #show(message: ReceivedMessage): void {
    const { channel, timestamp, payload } = message;
    setText(this.#facts.text, `${timeText(timestamp)} · ${channel.encoding} · ${bytesText(payload.byteLength)}`);
    showText(this.#problem, this.#showValue(message));
    this.#tree.element.hidden = this.#hex.hidden === false;
  }

  /** Shows the value, or the bytes and the reason why there is no value. */
  #showValue(message: ReceivedMessage): string | undefined {
    const { channel, payload } = message;
    const isLarge = payload.byteLength > MAX_DECODED_BYTES;
    if (canDecode(channel) && !isLarge) {
      try {
        this.#tree.show(this.#context.decode(message));
        this.#hex.hidden = true;
        return undefined;
      } catch (error) {
        this.#showBytes(payload);
        return clip(textOf(error), 300);
      }
    }
    this.#showBytes(payload);
    return isLarge ? "The message is too large to show here" : undefined;
  }

  #showBytes(payload: Uint8Array): void {
    this.#hex.hidden = false;
    setText(this.#hex, hexDump(payload));
  }
}

/**
 * Returns `12:30:01.123`, in the time zone of the user. Before September 2001 it returns the number, because it is then
 * probably not a time since the Unix epoch.
 */
function timeText(timestamp: bigint): string {
  const date = new Date(Number(timestamp / 1_000_000n));
  if (!(timestamp > 1_000_000_000_000_000_000n) || Number.isNaN(date.getTime())) return `time ${timestamp}`;
  return timeOfDay(date.getTime());
}
