// StallCase: one way in which a client can cost the other clients of a server time or memory.

import type { FoxgloveServer, FoxgloveServerOptions } from "../../mod.ts";

/** A server that stalls for longer fails the case. */
const ASK_MS = 30_000;

/** A server and an attack on it. Each runs in a process of its own. */
export interface StallCase {
  /** For `--only`. */
  name: string;
  /** For the tables. */
  title: string;
  /** In the server's process: the program around the server. `folder` is empty, and deleted after the case. */
  program(folder: string): ServerProgram;
  /** In the attacker's process, before anything is measured: makes the frames and, where the case needs it, connects. */
  prepare(target: Target): Promise<Attack>;
}

/** A program that uses the server. */
export interface ServerProgram {
  options?: Partial<FoxgloveServerOptions>;
  /** Called before the server listens. */
  setUp?(server: FoxgloveServer): void;
  /** Called for each `Target.ask()`. */
  answer?(server: FoxgloveServer): Record<string, number>;
}

/** The server, as the attacker sees it. */
export interface Target {
  port: number;
  /** Asks the server's program. */
  ask(): Promise<ServerAnswer>;
}

/** What the server's program counted. */
export interface ServerAnswer extends Readonly<Record<string, number>> {
  /** Clients that the server disconnected because they sent too much or read too slowly. */
  evicted: number;
}

/**
 * Does the harm. The measured time ends when it resolves.
 *
 * @throws {Error} When the attack did not do its work, for example because the server gave no answer at all.
 */
export type Attack = () => Promise<Figure[]>;

/** A measured number. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
}

/** `of 10,000`: the unit of a figure that counts what came of so many attempts. */
export function outOf(count: number): string {
  return `of ${withCommas(count)}`;
}

/** A count with commas between thousands. */
export function withCommas(count: number): string {
  return count.toLocaleString("en-US");
}

/** The arguments of the server's program and of the attacker. They travel as JSON. */
export interface ServerArgs {
  case: string;
  folder: string;
}
export interface AttackerArgs {
  case: string;
  port: number;
}

/** Asks the server's program over HTTP. */
export async function askServer(port: number): Promise<ServerAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(ASK_MS) });
  return await response.json();
}

/** Fails a case that did not do its work. */
export function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(`The case did not do its work: ${what}`);
}
