// PanelContext: what the page gives to each of its panels.

import type { FoxgloveClient, ReceivedMessage } from "../client/mod.ts";
import type { ServerStatuses } from "./panels/server_statuses.ts";
import type { StatsJson } from "./stats_json.ts";

/** The services that the page offers to its panels. */
export interface PanelContext {
  /** The connection of the page. It reconnects by itself, and panels must not close it. */
  readonly client: FoxgloveClient;
  /**
   * Decodes a message: JSON, and protobuf by the schema of its channel. The same message is decoded only once, however
   * many panels ask for it.
   *
   * @throws When there is no decoder for the encoding, or the payload does not fit the schema.
   */
  decode(message: ReceivedMessage): unknown;
  /** The statuses of the server. */
  readonly statuses: ServerStatuses;
  /** Returns the newest statistics of the server; `undefined` for a server that has none. */
  stats(): StatsJson | undefined;
  /**
   * Calls `draw` at most once for each animation frame while the page is visible, until the returned function is
   * called.
   */
  onFrame(draw: () => void): () => void;
  /** Whether at least a part of the element is on the screen. Cheap enough for every message. */
  isVisible(element: Element): boolean;
  /** Aborts when the page ends. */
  readonly signal: AbortSignal;
}

/** A part of the page. */
export interface Panel {
  /** The root element. The page places it. */
  readonly element: HTMLElement;
  /** Draws at once, also off the screen, so that the panel has its size before the page scrolls to it. */
  draw?(): void;
  /** Ends the subscriptions and the drawing of the panel. The page removes the element. */
  close(): void;
}
