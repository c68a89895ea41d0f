// doctor: finds out why apps do not show a server.

import { ConnectionClosedError } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { type Command, defineCommand, type Invocation } from "../command.ts";
import { checkCapabilities } from "../doctor/check_capabilities.ts";
import { checkChannels } from "../../app_checks/check_channels.ts";
import { checkFrames } from "../doctor/check_frames.ts";
import { checkHandshakes, checkToken } from "../doctor/check_handshake.ts";
import { checkClock, checkMessages, checkRates, checkTimestamps } from "../doctor/check_messages.ts";
import { checkAddress, checkNetwork } from "../doctor/check_network.ts";
import { checkOrigins, originOf } from "../doctor/check_origin.ts";
import { checkPing } from "../doctor/check_ping.ts";
import { checkServer } from "../doctor/check_server.ts";
import { checkServices } from "../../app_checks/check_services.ts";
import { checkTls, NOT_TRUSTED } from "../doctor/check_tls.ts";
import { type Endpoint, endpointOf } from "../doctor/endpoint.ts";
import { failed, type Finding } from "../../app_checks/finding.ts";
import { type Observation, observe } from "../doctor/observation.ts";
import { Report } from "../doctor/report.ts";
import { Failure, usageError } from "../failure.ts";

const DEFAULT_SECONDS = 5;

/** Finds out why apps do not show a server. */
export const doctor: Command = defineCommand({
  name: "doctor",
  summary: "find out why apps do not show a server or its data",
  about: "Checks the address, TLS, handshakes, origins, channels, services and messages as apps see them. Subscribes " +
    "to all topics, but publishes, calls and sets nothing. Ends with code 1 if there is an error.",
  options: {
    seconds: { type: "number", help: `how long it listens to messages (default: ${DEFAULT_SECONDS})` },
    origin: { type: "text", value: "ORIGIN", help: "also check an app at this address, such as http://viz.local:8080" },
  },
  examples: [
    ["doctor", "checks ws://localhost:8765"],
    ["doctor --url wss://robot.local:9000 --seconds 20", "listens longer"],
    ["doctor --origin http://192.168.1.5:8080", "also checks a Lichtblick on another machine"],
    ["doctor --json | jq -r 'select(.level == \"error\").cure'", "prints only the cures of errors"],
  ],
  async run(invocation) {
    const { options, isJson, output, url } = invocation;
    const { seconds = DEFAULT_SECONDS } = options;
    const origin = options.origin === undefined ? undefined : originOf(options.origin);
    if (!(seconds > 0)) throw usageError("--seconds must be greater than 0");
    const report = new Report(output, isJson);
    const endpoint = endpointOf(url, invocation);
    if (await checkConnection(endpoint, report, origin)) {
      await checkData(invocation as unknown as Invocation, seconds, report);
    }
    report.finish();
    if (report.errors > 0) throw new Failure(report.summary);
    if (!isJson) output.line(`\n${report.summary}`);
  },
});

/** Checks everything before the first message. Returns whether a client can connect. */
async function checkConnection(endpoint: Endpoint, report: Report, origin: string | undefined): Promise<boolean> {
  report.add([checkAddress(endpoint)]);
  const network = await checkNetwork(endpoint);
  report.add([network]);
  if (network.level === "error") return false;
  let isTrusted = true;
  if (endpoint.isSecure) {
    const tls = await checkTls(endpoint);
    report.add(tls.findings);
    if (!tls.isOpen) return false;
    isTrusted = tls.isTrusted;
  }
  const handshakes = await checkHandshakes(endpoint);
  report.add(handshakes.findings);
  if (!handshakes.isUsable) return false;
  report.add(await checkToken(endpoint));
  report.add(await checkOrigins(endpoint, origin));
  report.add(await checkPing(endpoint));
  if (!isTrusted) report.add([NOT_TRUSTED]);
  return isTrusted;
}

/** Checks what the server sends. */
async function checkData(invocation: Invocation, seconds: number, report: Report): Promise<void> {
  const { output } = invocation;
  let observation: Observation;
  try {
    if (output.isTerminal) output.refresh([`Listening to all topics for ${seconds} s…`]);
    observation = await observe(invocation, seconds);
  } catch (error) {
    invocation.signal.throwIfAborted();
    const cause = error instanceof Failure ? error.cause : error;
    if (!(cause instanceof ConnectionClosedError)) throw error;
    const reason = cause.cause instanceof Error ? cause.cause.message : textOf(cause);
    report.add([
      failed(
        "server",
        `The server accepts a client, but is not usable: ${reason}`,
        "send a valid serverInfo as the first message",
      ),
    ]);
    return;
  } finally {
    if (output.isTerminal) output.refresh([]);
  }
  const { client, channels, lost } = observation;
  report.add(checkServer(observation));
  report.add(await checkCapabilities(observation, invocation.signal));
  // A server that ends the connection at once may not have advertised its channels yet.
  const channelFindings = channels.length > 0 || !lost ? checkChannels(channels) : [];
  report.add(channelFindings);
  report.add(checkServices(client));
  report.add(checkMessages(observation, topicsWithErrors(channelFindings)));
  report.add(checkTimestamps(observation));
  report.add(checkFrames(observation));
  report.add(checkRates(observation));
  report.add(checkClock(observation));
}

function topicsWithErrors(findings: readonly Finding[]): Set<string> {
  return new Set(findings.flatMap(({ level, topic }) => level === "error" && topic !== undefined ? [topic] : []));
}
