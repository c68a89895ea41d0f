// checkCapabilities(): features that a server declares but does not have, or has but does not declare.

import { RequestError } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { declaredProblems, undeclaredProblems } from "../../app_checks/check_declared.ts";
import { type Finding, problemsOr, warning } from "../../app_checks/finding.ts";
import type { Capability } from "../../protocol/capabilities.ts";
import type { Observation } from "./observation.ts";

/** How long the server may take to answer a request without side effects. */
const ANSWER_MS = 2000;

/** Checks the capabilities, as far as that has no side effects: calls and publishes nothing. */
export async function checkCapabilities(observation: Observation, signal: AbortSignal): Promise<readonly Finding[]> {
  const problems = [
    ...declaredProblems(observation),
    ...undeclaredProblems(observation),
    ...(observation.lost ? [] : await requestProblems(observation, signal)),
  ];
  return problemsOr(problems, "capabilities", "those that can be checked without side effects work");
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
