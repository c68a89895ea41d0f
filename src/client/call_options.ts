// Options of the methods of FoxgloveClient.

import type { PlaybackCommand } from "../protocol/playback.ts";

/** Options of methods that wait for the server. */
export interface WaitOptions {
  /**
   * Ends the wait or the loop when it aborts: it rejects with the signal's reason. For a time limit, pass
   * `AbortSignal.timeout(ms)`. `connect()`, `waitForChannel()`, `waitForService()` and `service().call()` then reject
   * with a `TimeoutError` that says what was missing; its `cause` is the reason.
   */
  signal?: AbortSignal;
}

/** Options of `FoxgloveClient.callService()`. */
export interface CallServiceOptions extends WaitOptions {
  /**
   * The payload encoding. By default the one declared by the service, then the first of the server's
   * `supportedEncodings`, then `json`.
   */
  encoding?: string;
}

/** A request of `FoxgloveClient.controlPlayback()`. */
export interface PlaybackRequest {
  /** The command. It is required in each request, also if the request only seeks. */
  command: PlaybackCommand;
  /**
   * The playback speed, above 0.
   *
   * @default {1} real time
   */
  speed?: number;
  /** The time to seek to, in ns. Without it, playback stays at its current position. */
  seekTime?: bigint;
}
