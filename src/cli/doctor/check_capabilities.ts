// checkCapabilities(): features that a server declares but does not have, or has but does not declare.

import { RequestError } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { CAPABILITIES, type Capability } from "../../protocol/capabilities.ts";
import { CALLABLE_ENCODINGS } from "../../session/service_warnings.ts";
import { failed, type Finding, problemsOr, warning } from "./finding.ts";
import type { Observation } from "./observation.ts";

/** How long the server may take to answer a request without side effects. */
const ANSWER_MS = 2000;
/** Names in texts, as in the spec. */
const CALLABLE = CALLABLE_ENCODINGS.join(", ");

/** Checks the capabilities, as far as that has no side effects: calls and publishes nothing. */
export async function checkCapabilities(observation: Observation, signal: AbortSignal): Promise<readonly Finding[]> {
  const problems = [
    ...declaredProblems(observation),
    ...undeclaredProblems(observation),
    ...(observation.lost ? [] : await requestProblems(observation, signal)),
  ];
  return problemsOr(problems, "capabilities", "those that can be checked without side effects work");
}

function declaredProblems({ client, timeMessages, lost }: Observation): Finding[] {
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

function undeclaredProblems({ client, timeMessages, hasParameters }: Observation): Finding[] {
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

/** Sends the requests that apps send when they connect, both at once. */
async function requestProblems({ client }: Observation, signal: AbortSignal): Promise<Finding[]> {
  const { capabilities } = client.serverInfo;
  const check = async (capability: Capability, request: (limit: AbortSignal) => Promise<unknown>) => {
    if (!capabilities.includes(capability)) return [];
    const timeout = AbortSignal.timeout(ANSWER_MS);
    try {
      await request(AbortSignal.any([signal, timeout]));
      return [];
    } catch (error) {
      signal.throwIfAborted();
      const isLate = timeout.aborted && !(error instanceof RequestError);
      const reason = error instanceof RequestError ? error.detail : textOf(error);
      const answer = isLate ? "the server does not answer" : `the request fails: ${reason}`;
      const cure = "answer the request, or do not declare the capability";
      return [warning("capabilities", `${capability} is declared, but ${answer}`, cure)];
    }
  };
  const problems = await Promise.all([
    check("parameters", (limit) => client.getParameters([], { signal: limit })),
    check("connectionGraph", async (limit) => {
      for await (const _graph of client.subscribeConnectionGraph({ signal: limit })) return;
    }),
  ]);
  return problems.flat();
}
