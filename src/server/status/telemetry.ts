// Telemetry: exports the metrics of a server with OpenTelemetry, if the program uses it.

import { textOf } from "../../error_text.ts";
import type { Logger } from "../../logger.ts";
import type { MeterProvider } from "./open_telemetry.ts";
import type { StatusSource } from "./status_source.ts";

/**
 * The key of the global API object. Deno sets it with `OTEL_DENO=true`, and `@opentelemetry/api` (1.x) sets it when the
 * program registers an SDK.
 */
const API = Symbol.for("opentelemetry.js.api.1");

/** Exports the metrics of one server. Its other modules are only loaded if there is OpenTelemetry. */
export class Telemetry {
  readonly #source: StatusSource;
  readonly #logger: Logger;
  #hasBegun = false;
  #isClosed = false;
  #stop: (() => void) | undefined;

  constructor(source: StatusSource, logger: Logger) {
    this.#source = source;
    this.#logger = logger;
  }

  /** Must be called when the server begins to work. Only the first call has an effect. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { metrics } = (globalThis as { [API]?: { metrics?: MeterProvider } })[API] ?? {};
    if (metrics) void this.#register(metrics).catch((error) => this.#warn(error));
  }

  /** Ends the export. */
  close(): void {
    this.#isClosed = true;
    try {
      this.#stop?.();
    } catch (error) {
      this.#warn(error);
    }
    this.#stop = undefined;
  }

  async #register(provider: MeterProvider): Promise<void> {
    const { observeMetrics } = await import("./open_telemetry.ts");
    if (!this.#isClosed) this.#stop = observeMetrics(provider, this.#source);
  }

  /** A fault of the program's SDK must not stop the server. */
  #warn(error: unknown): void {
    this.#logger.warn(`Cannot use OpenTelemetry: ${textOf(error)}`);
  }
}
