// FakeMeterProvider: OpenTelemetry without an exporter, as far as a server uses it.

import type { Meter, MeterProvider, Observable } from "../../src/server/status/open_telemetry.ts";

/** An instrument. */
interface FakeInstrument {
  type: "counter" | "gauge";
  name: string;
  description: string;
  unit: string;
}

type Callback = Parameters<Meter["addBatchObservableCallback"]>[0];

/** The values of one instrument, with their attributes. */
type Values = [value: number, attributes: Readonly<Record<string, string>>][];

/** Records instruments, and collects their values on demand. */
export class FakeMeterProvider implements MeterProvider {
  /** The names of all meters. */
  readonly meters: string[] = [];
  readonly instruments: FakeInstrument[] = [];
  /** The current callbacks, with the instruments that they may observe. */
  readonly callbacks: Map<Callback, ReadonlySet<Observable>> = new Map();
  readonly #observed = Promise.withResolvers<void>();

  /** Resolves when a callback was added. */
  get observed(): Promise<void> {
    return this.#observed.promise;
  }

  getMeter(name: string): Meter {
    this.meters.push(name);
    const create = (type: FakeInstrument["type"]): Meter["createObservableGauge"] => (name, { description, unit }) => {
      const instrument = { type, name, description, unit };
      this.instruments.push(instrument);
      return instrument;
    };
    return {
      createObservableCounter: create("counter"),
      createObservableGauge: create("gauge"),
      addBatchObservableCallback: (callback, observables) => {
        this.callbacks.set(callback, new Set(observables));
        this.#observed.resolve();
      },
      removeBatchObservableCallback: (callback, observables) => {
        const known = this.callbacks.get(callback);
        if (known && observables.length === known.size) this.callbacks.delete(callback);
      },
    };
  }

  /** Returns the current values by the names of their instruments. */
  collect(): Map<string, Values> {
    const all = new Map<string, Values>();
    for (const [callback, known] of this.callbacks) {
      callback({
        observe(observable, value, attributes) {
          if (!known.has(observable)) throw new Error("Cannot observe an instrument that the callback does not list");
          const { name } = observable as FakeInstrument;
          const values = all.get(name) ?? [];
          values.push([value, attributes]);
          all.set(name, values);
        },
      });
    }
    return all;
  }
}
