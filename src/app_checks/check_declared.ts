// declaredProblems(), undeclaredProblems(): features that a server declares but lacks, or has but does not declare.

import type { FoxgloveClient } from "../client/mod.ts";
import { CAPABILITIES, type Capability } from "../protocol/capabilities.ts";
import { CALLABLE_ENCODINGS } from "../session/service_warnings.ts";
import { failed, type Finding, warning } from "./finding.ts";

/** What is known about a server. */
export interface ServerFacts {
  readonly client: Pick<FoxgloveClient, "serverInfo" | "services">;
  /** How many `time` messages have arrived. `undefined`: not known, so nothing about the time is checked. */
  readonly timeMessages?: number;
  /** Whether the connection was lost, so that messages may be missing. */
  readonly lost?: Error | undefined;
  /** Whether parameters have arrived. */
  readonly hasParameters: boolean;
}

/** Names in texts, as in the spec. */
const CALLABLE = CALLABLE_ENCODINGS.join(", ");

/** Returns the declared features that cannot work. */
export function declaredProblems({ client, timeMessages, lost }: ServerFacts): Finding[] {
  const { capabilities, supportedEncodings = [], dataStartTime } = client.serverInfo;
  const has = (capability: Capability) => capabilities.includes(capability);
  const isCallable = supportedEncodings.some((each) => CALLABLE_ENCODINGS.includes(each));
  const encodings = `supportedEncodings has none of ${CALLABLE}`;
  const cure = `add "json" to supportedEncodings`;
  const problems: Finding[] = [];
  const unknown = capabilities.filter((each) => !CAPABILITIES.some((known) => known === each));
  if (unknown.length > 0) {
    const text = `unknown: ${unknown.map((each) => JSON.stringify(each)).join(", ")}`;
    problems.push(warning("capabilities", text, `check the spelling; known are ${CAPABILITIES.join(", ")}`));
  }
  if (has("services") && !isCallable) {
    const text = `services is declared, but ${encodings}, so apps ignore all services`;
    problems.push((client.services.size > 0 ? failed : warning)("capabilities", text, cure));
  }
  if (has("clientPublish") && !isCallable) {
    const text = `clientPublish is declared, but ${encodings}, so apps cannot publish`;
    problems.push(warning("capabilities", text, cure));
  }
  if (has("time") && timeMessages === 0 && !lost) {
    const text = "time is declared, but no time message has arrived, so plots stay empty";
    problems.push(warning("capabilities", text, "send the time (broadcastTime()), or do not declare it"));
  }
  if (has("playbackControl") && dataStartTime === undefined) {
    const text = "playbackControl is declared without the time range of the data, so apps cannot seek";
    problems.push(warning("capabilities", text, "set dataStartTime and dataEndTime"));
  }
  return problems;
}

/** Returns the features that apps ignore, because they are not declared. */
export function undeclaredProblems({ client, timeMessages = 0, hasParameters }: ServerFacts): Finding[] {
  const has = (capability: Capability) => client.serverInfo.capabilities.includes(capability);
  const cure = (capability: Capability) => `add "${capability}" to the capabilities of the server`;
  const problems: Finding[] = [];
  if (client.services.size > 0 && !has("services")) {
    const text = "the server has services, but does not declare them, so apps ignore them";
    problems.push(failed("capabilities", text, cure("services")));
  }
  if (timeMessages > 0 && !has("time")) {
    const text = "the server sends its time, but does not declare it, so apps ignore it";
    problems.push(warning("capabilities", text, cure("time")));
  }
  if (hasParameters && !has("parameters") && !has("parametersSubscribe")) {
    const text = "the server sends parameters, but does not declare them, so apps do not list them";
    problems.push(warning("capabilities", text, cure("parameters")));
  }
  return problems;
}
