// A parameter store without a server: records what it would push to clients, and its log.

import { CallQueue } from "../../../src/call_queue.ts";
import type { Parameter } from "../../../src/protocol/parameters.ts";
import type { ClientId, ClientInfo } from "../../../src/server/client_info.ts";
import { FailureLog } from "../../../src/server/failure_log.ts";
import type { Logger } from "../../../src/logger.ts";
import { openParameters } from "../../../src/server/parameters/open_parameters.ts";
import type { ParameterDefinitions } from "../../../src/server/parameters/parameter_definitions.ts";
import type {
  ParameterOwner,
  ParameterStoreParts,
  ParameterWrite,
} from "../../../src/server/parameters/parameter_owner.ts";
import type { ParametersOptions, ParameterStore } from "../../../src/server/parameters/parameter_store.ts";
import { TestClock } from "../../support/test_clock.ts";

/** A client that sets parameters. */
export const CLIENT: ClientInfo = {
  id: 1 as ClientId,
  address: "127.0.0.1:1",
  remoteAddr: undefined,
  subprotocol: undefined,
  userAgent: undefined,
  identity: undefined,
  roundTripMs: undefined,
  connectedAt: new Date(0),
};

/** A store and what it has done. */
export interface OpenStore<Definitions extends ParameterDefinitions> extends AsyncDisposable {
  store: ParameterStore<Definitions>;
  owner: ParameterOwner;
  calls: CallQueue;
  /** The lists of parameters that were pushed. */
  pushed: (readonly Parameter[])[];
  /** The lines of the log, such as "warn: …". */
  log: string[];
  /** Sets parameters for {@linkcode CLIENT}. */
  write(...parameters: Parameter[]): ParameterWrite;
}

export function openStore<const Definitions extends ParameterDefinitions>(
  definitions: Definitions,
  options: ParametersOptions = {},
): OpenStore<Definitions> {
  const pushed: (readonly Parameter[])[] = [];
  const log: string[] = [];
  const line = (level: string) => (message: string) => void log.push(`${level}: ${message}`);
  const logger: Logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const calls = new CallQueue();
  const parts: ParameterStoreParts = {
    push: (parameters) => void pushed.push(parameters),
    calls,
    failures: new FailureLog(logger, new TestClock()),
    logger,
  };
  const { store, owner } = openParameters(definitions, parts, options);
  const write = (...parameters: Parameter[]) => {
    let result: ParameterWrite | undefined;
    owner.write(parameters, CLIENT, (written) => result = written);
    return result!;
  };
  return { store, owner, calls, pushed, log, write, [Symbol.asyncDispose]: () => owner.close() };
}
