// ImagePanel: shows the newest image of a topic.

import type { Channel, FoxgloveClientListener, ReceivedMessage } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { clip, create, setText, showText } from "../dom.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import { bytesText, rateText } from "../data/quantities.ts";
import { FrameSubscription } from "./frame_subscription.ts";
import { ImageCanvas } from "./image_canvas.ts";
import { imageTypeOf } from "./image_message.ts";
import { undecodableReason } from "./message_types.ts";
import { EventRate } from "./event_rate.ts";
import { TopicSelect } from "./topic_select.ts";

/** Faster changes of the texts cannot be read. */
const TEXT_PERIOD_MS = 500;
/** After an image, the panel rests for this many times as long as it worked, so that the page stays responsive. */
const REST_FACTOR = 2;

/** Shows the newest image of one topic. Images that arrive while another one is decoded are skipped. */
export class ImagePanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #listener: FoxgloveClientListener;
  readonly #topics: TopicSelect;
  readonly #subscription: FrameSubscription;
  readonly #stopFrames: () => void;
  readonly #canvas = new ImageCanvas();
  readonly #rate = new EventRate();
  readonly #facts: HTMLElement = create("p", { class: "facts" });
  readonly #problem: HTMLElement = create("p", { class: "problem", hidden: true });
  /** What is known about the image on the canvas. */
  #imageFacts = "";
  #newest: ReceivedMessage | undefined;
  #isDrawing = false;
  #restUntilMs = 0;
  /** Whether the channels have changed. A server may change them more often than the page is drawn. */
  #isStale = true;
  #textTimeMs = 0;

  /** Whether the channel has images. Images in CDR count too: the panel then says why it cannot show them. */
  static accepts(channel: Channel): boolean {
    return imageTypeOf(channel) !== undefined;
  }

  constructor(context: PanelContext) {
    this.#context = context;
    this.#topics = new TopicSelect("Topic", ImagePanel.accepts, () => this.#changeTopic());
    const header = create("div", { class: "panel-bar" }, this.#topics.element, this.#facts);
    this.element = create(
      "section",
      { class: "panel image-panel", "aria-label": "Image" },
      header,
      this.#problem,
      this.#canvas.element,
    );
    this.#subscription = new FrameSubscription(
      context,
      this.element,
      (channel) => channel.topic === this.#topics.topic && ImagePanel.accepts(channel) && !undecodableReason(channel),
      (message) => this.#receive(message),
    );
    const markStale = () => void (this.#isStale = true);
    this.#listener = { onAdvertise: markStale, onUnadvertise: markStale };
    context.client.addListener(this.#listener);
    this.#stopFrames = context.onFrame(() => this.#drawFrame());
    this.#listTopics();
  }

  /** Shows another topic: now, or when the server advertises it. */
  select(topic: string): void {
    this.#topics.select(topic);
  }

  close(): void {
    this.#stopFrames();
    this.#subscription.close();
    this.#context.client.removeListener(this.#listener);
  }

  #listTopics(): void {
    this.#isStale = false;
    this.#topics.list([...this.#context.client.channels.values()]);
  }

  #changeTopic(): void {
    this.#subscription.close();
    this.#rate.reset();
    this.#newest = undefined;
    this.#imageFacts = "";
    this.#canvas.clear();
    setText(this.#facts, "");
    const { channel } = this.#topics;
    this.#showProblem(channel ? undecodableReason(channel) : "The server has no topic with images.");
  }

  #receive(message: ReceivedMessage): void {
    this.#newest = message;
    this.#rate.count();
  }

  #drawFrame(): void {
    if (!this.#subscription.update()) return;
    if (this.#isStale) this.#listTopics();
    const nowMs = performance.now();
    const rate = this.#rate.read(nowMs);
    if (nowMs - this.#textTimeMs >= TEXT_PERIOD_MS) {
      this.#textTimeMs = nowMs;
      setText(this.#facts, [this.#imageFacts, rate > 0 ? rateText(rate) : ""].filter(Boolean).join(" · "));
    }
    if (this.#newest && !this.#isDrawing && nowMs >= this.#restUntilMs) void this.#draw(this.#newest);
  }

  async #draw(message: ReceivedMessage): Promise<void> {
    this.#newest = undefined;
    this.#isDrawing = true;
    const { topic } = message.channel;
    const startMs = performance.now();
    try {
      const image = this.#context.decode(message);
      const isShown = () => topic === this.#topics.topic;
      const drawing = this.#canvas.draw(imageTypeOf(message.channel) ?? "raw", image, topic, isShown);
      // The browser decodes files in another thread, which does not count.
      const nowMs = performance.now();
      this.#restUntilMs = nowMs + REST_FACTOR * (nowMs - startMs);
      const facts = await drawing;
      if (facts === undefined) return;
      this.#imageFacts = `${facts} · ${bytesText(message.payload.length)}`;
      this.#showProblem(undefined);
    } catch (error) {
      if (topic === this.#topics.topic) this.#showProblem(clip(textOf(error)));
    } finally {
      this.#isDrawing = false;
    }
  }

  #showProblem(text: string | undefined): void {
    showText(this.#problem, text);
    this.#canvas.element.hidden = text !== undefined;
  }
}
