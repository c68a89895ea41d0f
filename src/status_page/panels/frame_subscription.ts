// FrameSubscription: the newest message of the channels that a panel shows, while the panel is on the screen.

import type { CallbackSubscription, Channel, ReceivedMessage } from "../../client/mod.ts";
import type { PanelContext } from "../panel_context.ts";

/** Receives messages while an element is on the screen. */
export class FrameSubscription {
  readonly #context: PanelContext;
  readonly #element: Element;
  readonly #selects: (channel: Channel) => boolean;
  readonly #onMessage: (message: ReceivedMessage) => void;
  #subscription: CallbackSubscription | undefined;

  /** `selects` decides once for each channel, when it is advertised or when the element appears. */
  constructor(
    context: PanelContext,
    element: Element,
    selects: (channel: Channel) => boolean,
    onMessage: (message: ReceivedMessage) => void,
  ) {
    this.#context = context;
    this.#element = element;
    this.#selects = selects;
    this.#onMessage = onMessage;
  }

  /** Subscribes or unsubscribes. The panel calls this with each frame. Returns whether the element is visible. */
  update(): boolean {
    const isVisible = this.#context.isVisible(this.#element);
    if (!isVisible) this.close();
    else this.#subscription ??= this.#subscribe();
    return isVisible;
  }

  /** Unsubscribes. The next {@linkcode FrameSubscription.update} subscribes again, and asks `selects` again. */
  close(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
  }

  #subscribe(): CallbackSubscription {
    return this.#context.client.subscribe(this.#selects, {
      onMessage: (message) => {
        // Browsers draw no frames of a page in the background, so update() is not called.
        if (document.hidden) this.close();
        else this.#onMessage(message);
      },
    });
  }
}
