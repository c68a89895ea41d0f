// ParameterOwner: the side of a parameter store that the server uses. ParameterStoreParts: what a store needs of it.

import type { CallQueue } from "../../call_queue.ts";
import type { ParameterType } from "../../protocol/parameter_values.ts";
import type { Parameter } from "../../protocol/parameters.ts";
import type { ClientInfo } from "../client_info.ts";
import type { FailureLog } from "../failure_log.ts";
import type { Logger } from "../../logger.ts";
import type { ParameterDefinition } from "./parameter_definitions.ts";

/** The parts of a server that its parameter stores use. */
export interface ParameterStoreParts {
  /** Sends changed parameters to the clients that watch them. */
  push(parameters: readonly Parameter[]): void;
  /** Delays the program's callbacks until the current work has ended. */
  calls: CallQueue;
  /** Logs the errors of these callbacks. */
  failures: FailureLog;
  logger: Logger;
}

/** A parameter and the rules for its values. */
export interface DefinedParameter {
  readonly name: string;
  readonly definition: ParameterDefinition;
  /** The type that clients receive. */
  readonly type: ParameterType | undefined;
}

/** A parameter that a client was not allowed to set. */
export interface RefusedParameter {
  /** The name that the client sent. */
  readonly name: string;
  /** The name and the reason, as a text for a status. */
  readonly why: string;
}

/** The result of setting parameters for a client. */
export interface ParameterWrite {
  /** The parameters that the client set, each once, with the values that are now in force. */
  readonly accepted: readonly Parameter[];
  /** The entries that were refused, in the order in which the client sent them. */
  readonly refused: readonly RefusedParameter[];
}

/** Answers for some parameters of a server. */
export interface ParameterOwner {
  /** The path of the file that keeps the values; `undefined` without one. */
  readonly file: string | undefined;
  /** Whether this owner has the parameter. */
  has(name: string): boolean;
  /** Returns the names of all parameters. */
  names(): readonly string[];
  /** Returns the definitions of all parameters. */
  defined(): readonly DefinedParameter[];
  /** Returns the parameters with these names, each once. Unknown names are skipped. */
  read(names: Iterable<string>): Parameter[];
  /**
   * Sets parameters for a client. Values that are not allowed are refused, and the others are set.
   *
   * Calls `respond` when all values are set, before other clients get them and before the program's callbacks run. So
   * the response contains the same values, and comes before any newer ones.
   */
  write(parameters: readonly Parameter[], client: ClientInfo, respond: (result: ParameterWrite) => void): void;
  /** Ends all loops, stops pushing and saving changes, and waits until the last ones are saved. Never rejects. */
  close(): Promise<void>;
}
