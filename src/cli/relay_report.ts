// RelayReport: what `relay` prints while it runs.

import type { Relay, RelayStats, UpstreamStats } from "../relay/mod.ts";
import { timeNs } from "../time_ns.ts";
import { bytesText, countText, elapsedText, significant } from "../quantities.ts";
import { tableLines } from "./format/table.ts";
import { printable } from "./format/printable.ts";
import type { Output } from "./output.ts";
import { RecentRates, type TrafficRates } from "./recent_rates.ts";
import { withoutOffers } from "./without_offers.ts";

/** How often a line is printed if the output is not a terminal, in ms. */
const LINE_MS = 10_000;

/** Prints a table on a terminal, and lines or JSON otherwise. */
export class RelayReport {
  readonly #relay: Pick<Relay, "stats">;
  readonly #viewers: () => number;
  readonly #output: Output;
  readonly #isJson: boolean;
  readonly #startedAt = performance.now();
  readonly #rates: RecentRates<RelayStats>;
  #lineAt: number;

  /** `viewers` returns how many clients are connected. */
  constructor(relay: Pick<Relay, "stats">, viewers: () => number, output: Output, isJson: boolean) {
    this.#relay = relay;
    this.#viewers = viewers;
    this.#output = output;
    this.#isJson = isJson;
    this.#rates = new RecentRates(relay.stats(), this.#startedAt);
    this.#lineAt = this.#startedAt;
  }

  /** Must be called once per second. */
  print(): void {
    const now = performance.now();
    const stats = this.#relay.stats();
    this.#rates.add(stats, now);
    if (this.#isJson) return this.#output.json(this.#json(now, stats));
    if (this.#output.isTerminal) return this.#output.refresh(this.#table(now, stats));
    if (now - this.#lineAt < LINE_MS) return;
    this.#lineAt = now;
    this.#output.line(this.#summary(now, stats));
  }

  #table(now: number, { upstreams }: RelayStats): string[] {
    const rows = upstreams.map((upstream) => {
      const { hz, bytesPerSecond } = this.#ratesOf(upstream, now);
      const { name, isConnected, channels, subscribed } = upstream;
      return [
        name,
        isConnected ? "connected" : "away",
        `${channels}`,
        `${subscribed}`,
        significant(hz),
        bytesText(bytesPerSecond),
      ];
    });
    const table = tableLines({
      header: ["UPSTREAM", "STATE", "TOPICS", "WATCHED", "HZ", "PER SECOND"],
      rows,
      right: [2, 3, 4, 5],
      columns: this.#output.columns,
      styleHeader: (text) => this.#output.style("bold", text),
    });
    const problems = upstreams.flatMap(({ name, isConnected, problem }) =>
      isConnected || problem === undefined ? [] : `${name}: ${printable(withoutOffers(problem))}`
    );
    return [`${this.#summary(now, { upstreams })}  Ctrl-C stops the relay`, ...table, ...problems];
  }

  #summary(now: number, { upstreams }: Pick<RelayStats, "upstreams">): string {
    const connected = upstreams.filter(({ isConnected }) => isConnected).length;
    const hz = upstreams.reduce((sum, upstream) => sum + this.#ratesOf(upstream, now).hz, 0);
    return [
      `${elapsedText(now - this.#startedAt)}  ${connected} of ${countText(upstreams.length, "upstream")} connected`,
      countText(this.#viewers(), "viewer"),
      `${significant(hz)} Hz`,
    ].join(", ");
  }

  #json(now: number, { upstreams }: RelayStats): object {
    return {
      time: timeNs(),
      viewers: this.#viewers(),
      upstreams: upstreams.map((upstream) => {
        const { name, isConnected, problem, channels, subscribed, services, messages, bytes } = upstream;
        return {
          name,
          isConnected,
          problem: problem === undefined ? null : withoutOffers(problem),
          channels,
          subscribed,
          services,
          messages,
          bytes,
          ...this.#ratesOf(upstream, now),
        };
      }),
    };
  }

  #ratesOf(upstream: UpstreamStats, now: number): TrafficRates {
    return this.#rates.of(upstream, now, ({ upstreams }) => upstreams.find(({ name }) => name === upstream.name));
  }
}
