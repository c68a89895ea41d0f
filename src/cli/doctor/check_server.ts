// checkServer(): what the server says about itself, and its protocol errors.

import { failed, type Finding, passed, warning } from "../../app_checks/finding.ts";
import type { Observation } from "./observation.ts";

/** Returns the name of the server, and the problems with its messages. */
export function checkServer({ client, statuses, errors, warnings, lost, seconds }: Observation): readonly Finding[] {
  const { name, capabilities } = client.serverInfo;
  const features = capabilities.length === 0 ? "no capabilities" : `capabilities ${capabilities.join(", ")}`;
  const findings = [passed("server", `"${name}", ${features}`)];
  if (lost) {
    const text = `The server ended the connection after ${seconds.toFixed(1)} s: ${lost.message}`;
    findings.push(failed("server", text, "check the log of the server, and its limits for clients"));
  }
  for (const text of errors) {
    findings.push(failed("server", text, "correct the message that the server sends"));
  }
  for (const text of warnings) {
    findings.push(warning("server", text, "correct the messages that the server sends"));
  }
  for (const text of statuses) {
    findings.push(warning("server", `The server reports: "${text}"`, "act on this text, which apps show as well"));
  }
  return findings;
}
