// RelayReport: what `relay` prints while it runs.

import type { Relay, RelayStats, UpstreamStats } from "../relay/mod.ts";
import { timeNs } from "../time_ns.ts";
import { bytesText, countText, elapsedText, significant } from "../quantities.ts";
import { tableLines } from "./format/table.ts";
import { wrap } from "./format/wrap.ts";
import { connectionProblem, type TokenUse } from "./connection_problem.ts";
import type { Output } from "./output.ts";
import { RecentRates, type TrafficRates } from "./recent_rates.ts";
import { UpstreamChanges, upstreamLine } from "./upstream_changes.ts";

/** How often a line is printed if the output is not a terminal, in ms. */
const LINE_MS = 10_000;
/** Before the second and later lines of a text that is wrapped. */
const INDENT = "  ";

/** The relay that a report is about, and facts that the relay does not know. */
export interface RelayReportInit {
  readonly relay: Pick<Relay, "stats">;
  /** Returns how many clients are connected. */
  readonly viewers: () => number;
  /** Returns how the relay uses a token for the upstream of this name. */
  readonly tokenOf: (name: string) => TokenUse;
}

/** Prints a table on a terminal, and lines or JSON otherwise. */
export class RelayReport {
  readonly #relay: Pick<Relay, "stats">;
  readonly #viewers: () => number;
  readonly #tokenOf: (name: string) => TokenUse;
  readonly #changes: UpstreamChanges;
  readonly #output: Output;
  readonly #isJson: boolean;
  readonly #startedAt = performance.now();
  readonly #rates: RecentRates<RelayStats>;
  #lineAt: number;

  /** Prints the states of the upstreams that are known already. */
  constructor({ relay, viewers, tokenOf }: RelayReportInit, output: Output, isJson: boolean) {
    this.#relay = relay;
    this.#viewers = viewers;
    this.#tokenOf = tokenOf;
    this.#changes = new UpstreamChanges(tokenOf);
    this.#output = output;
    this.#isJson = isJson;
    this.#rates = new RecentRates(relay.stats(), this.#startedAt);
    this.#lineAt = this.#startedAt;
    this.printChanges();
  }

  /** Prints the upstreams that have changed. May be called at any time, so that short interruptions are printed too. */
  printChanges(): void {
    for (const { line, isLoss } of this.#changes.take(this.#relay.stats())) {
      if (this.#isJson) this.#output.note(line);
      else if (!this.#output.isTerminal) this.#output.line(`${this.#elapsed(performance.now())}  ${line}`);
      // The table shows the current states, but not that a connection was lost.
      else if (isLoss) this.#output.note(line);
    }
  }

  /** Must be called once per second. */
  print(): void {
    const now = performance.now();
    const stats = this.#relay.stats();
    this.#rates.add(stats, now);
    this.printChanges();
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
    const problems = upstreams.flatMap((upstream) => {
      const line = upstream.isConnected ? undefined : upstreamLine(upstream, this.#tokenOf(upstream.name));
      if (line === undefined) return [];
      const [first = "", ...others] = wrap(line, this.#output.columns - INDENT.length);
      return [first, ...others.map((each) => INDENT + each)];
    });
    return [`${this.#summary(now, { upstreams })}  Ctrl-C stops the relay`, ...table, ...problems];
  }

  #summary(now: number, { upstreams }: Pick<RelayStats, "upstreams">): string {
    const connected = upstreams.filter(({ isConnected }) => isConnected).length;
    const hz = upstreams.reduce((sum, upstream) => sum + this.#ratesOf(upstream, now).hz, 0);
    return [
      `${this.#elapsed(now)}  ${connected} of ${countText(upstreams.length, "upstream")} connected`,
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
          problem: problem === undefined ? null : connectionProblem(problem, this.#tokenOf(name)).text,
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

  #elapsed(now: number): string {
    return elapsedText(now - this.#startedAt);
  }

  #ratesOf(upstream: UpstreamStats, now: number): TrafficRates {
    return this.#rates.of(upstream, now, ({ upstreams }) => upstreams.find(({ name }) => name === upstream.name));
  }
}
