// UpstreamChanges: one line for each change of the upstreams of a relay.

import type { RelayStats, UpstreamStats } from "../relay/mod.ts";
import { connectionProblem, type TokenUse } from "./connection_problem.ts";
import { printable } from "./format/printable.ts";

/** Returns the line about an upstream, such as `robot1 is not connected: …`; `undefined` if it is not known yet. */
export function upstreamLine(
  { name, isConnected, problem }: Pick<UpstreamStats, "name" | "isConnected" | "problem">,
  token: TokenUse,
): string | undefined {
  if (isConnected) return `${name} is connected`;
  if (problem === undefined) return undefined;
  const { text, cure } = connectionProblem(problem, token);
  // "Not connected" says it already.
  const reason = text.replace(/^Cannot connect to /, "").replace(/^The /, "the ");
  const advice = cure ?? (text.startsWith("Cannot connect to ") ? "is the robot running?" : undefined);
  return printable(`${name} is not connected: ${reason}${advice === undefined ? "" : `; ${advice}`}`);
}

/** Finds the changes between two calls. */
export class UpstreamChanges {
  readonly #tokenOf: (name: string) => TokenUse;
  /** The last line and whether there was a connection, by name. */
  readonly #last = new Map<string, { readonly line: string; readonly isConnected: boolean }>();

  /** `tokenOf`: how the relay uses a token for the upstream of this name. */
  constructor(tokenOf: (name: string) => TokenUse) {
    this.#tokenOf = tokenOf;
  }

  /** Returns a line for each upstream that has changed since the last call. */
  take({ upstreams }: Pick<RelayStats, "upstreams">): { readonly line: string; readonly isLoss: boolean }[] {
    return upstreams.flatMap((upstream) => {
      const { name, isConnected } = upstream;
      const line = upstreamLine(upstream, this.#tokenOf(name));
      const last = this.#last.get(name);
      if (line === undefined || line === last?.line) return [];
      this.#last.set(name, { line, isConnected });
      return [{ line, isLoss: last?.isConnected === true }];
    });
  }
}
