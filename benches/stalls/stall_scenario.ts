// StallScenario: one way in which a client can cost the other clients of a server time or memory.

import type { FoxgloveServer, FoxgloveServerOptions } from "../../mod.ts";
import type { Transport } from "../../tests/support/transports.ts";

/** A longer stall of the server fails the scenario. */
const ASK_MS = 30_000;

/** A server and an attack on it. Each runs in its own process. */
export interface StallScenario {
  /** For `--only`. */
  name: string;
  /** For the tables. */
  title: string;
  /** In the server's process: the program around the server. `folder` is empty, and deleted after the scenario. */
  program(folder: string): ServerProgram;
  /** In the attacker's process, before anything is measured: makes the frames and, if needed, connects. */
  prepare(target: Target): Promise<Attack>;
}

/** A program that uses the server. */
export interface ServerProgram {
  options?: Partial<FoxgloveServerOptions>;
  /** Called before the server listens. */
  setUp?(server: FoxgloveServer): void;
  /** Called for each `Target.ask()`. */
  counters?(server: FoxgloveServer): Record<string, number>;
}

/** The server, as the attacker sees it. */
export interface Target {
  port: number;
  /** Reads the counts of the server's program. */
  ask(): Promise<ServerAnswer>;
}

/** The counts of the server's program. */
export interface ServerAnswer extends Readonly<Record<string, number>> {
  /** Clients that the server disconnected because they sent too much or read too slowly. */
  evicted: number;
}

/**
 * Attacks the server. The measured time ends when it resolves.
 *
 * @throws {Error} If the attack had no effect, for example because the server did not answer.
 */
export type Attack = () => Promise<Figure[]>;

/** A measured number. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
}

/** `of 10,000`: the unit of a figure that counts the results of this many attempts. */
export function outOf(count: number): string {
  return `of ${withCommas(count)}`;
}

/** A count with commas between thousands. */
export function withCommas(count: number): string {
  return count.toLocaleString("en-US");
}

/** The arguments of the server's program and of the attacker. They are sent as JSON. */
export interface ServerArgs {
  scenario: string;
  folder: string;
  transport: Transport;
}
export interface AttackerArgs {
  scenario: string;
  port: number;
}

/** Asks the server's program over HTTP. */
export async function askServer(port: number): Promise<ServerAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(ASK_MS) });
  return await response.json();
}

/** Fails the scenario if the attack had no effect. */
export function check(condition: boolean, problem: string): void {
  if (!condition) throw new Error(`The attack had no effect: ${problem}`);
}
