// ConnectionLog: what the log says about one connection.

import type { ExtensionPoints } from "../../server/extensions.ts";
import type { MirrorParts } from "./mirror_parts.ts";

/** After this time without a connection, it is reported, in ms. Short interruptions are not worth an alert. */
export const AWAY_AFTER_MS = 2000;

/** What a {@linkcode ConnectionLog} needs. */
export type LogParts = Pick<MirrorParts, "label"> & { readonly points: Pick<ExtensionPoints, "clock" | "logger"> };

/** Logs when a connection is lost and when it is back. Until the first connection, logs only the first failure. */
export class ConnectionLog {
  readonly #parts: LogParts;
  readonly #name: string;
  #hadConnection = false;
  #isFailureLogged = false;
  /** The last reason of an upstream that was never connected. */
  #reason = "";
  #cancelFailure: (() => void) | undefined;

  /** `name` is that of the other side. */
  constructor(name: string, parts: LogParts) {
    this.#name = name;
    this.#parts = parts;
  }

  /** A connection begins. */
  connected(): void {
    // After a failure, on the level of the failure. Otherwise, it would be the last line that a log shows.
    const level = this.#isFailureLogged ? "warn" : "info";
    const again = this.#hadConnection ? " again" : "";
    this.#hadConnection = true;
    this.#isFailureLogged = false;
    this.close();
    this.#write(level, `${this.#name} is connected${again}`);
  }

  /** The connection is lost. */
  lost(reason: string): void {
    this.#isFailureLogged = true;
    this.#write("warn", `lost ${this.#name}: ${reason}`);
  }

  /** A connection could not be opened. `isLogged`: the upstream has logged it. */
  failed(reason: string, isLogged: boolean): void {
    this.#reason = reason;
    if (isLogged) this.#isFailureLogged = true;
    if (this.#isFailureLogged) return;
    this.#cancelFailure ??= this.#parts.points.clock.after(AWAY_AFTER_MS, () => {
      this.#isFailureLogged = true;
      this.#write("warn", `${this.#name} is not connected: ${this.#reason}`);
    });
  }

  /** The upstream leads back to the server of the mirror. There will be no other connection. */
  notRelayed(reason: string): void {
    this.close();
    this.#write("error", `${this.#name} is not relayed: ${reason}`);
  }

  /** Cancels the line about a failure, if it is not written yet. */
  close(): void {
    this.#cancelFailure?.();
    this.#cancelFailure = undefined;
  }

  #write(level: "info" | "warn" | "error", text: string): void {
    const { label, points: { logger } } = this.#parts;
    logger[level](`${label}: ${text}`);
  }
}
