// requireCapability(): checks that a server offers what a command needs.

import type { FoxgloveClient } from "../client/mod.ts";
import { Failure } from "./failure.ts";

/** The text for each missing capability. */
const LACKING = {
  assets: "the server does not serve assets",
  clientPublish: "the server does not accept messages of clients",
  connectionGraph: "the server has no connection graph",
  parameters: "the server has no parameters",
  parametersSubscribe: "the server does not report changes of parameters",
  services: "the server has no services",
} as const;

/** Throws a `Failure` if the server lacks the capability. */
export function requireCapability({ serverInfo }: FoxgloveClient, capability: keyof typeof LACKING): void {
  if (serverInfo.capabilities.includes(capability)) return;
  throw new Failure(`${LACKING[capability]}: it lacks the capability "${capability}"`);
}
