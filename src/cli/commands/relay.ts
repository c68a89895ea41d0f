// relay: passes on other servers to many viewers.

import { textOf } from "../../error_text.ts";
import type { RelayOptions } from "../../relay/mod.ts";
import { LISTEN_OPTIONS, LISTEN_PERMISSIONS, listenAddress, startAndAnnounce } from "../announcement.ts";
import { type Command, defineCommand } from "../command.ts";
import { usageError } from "../failure.ts";
import { pause } from "../pause.ts";
import { isStateLine } from "../relay_log.ts";
import { RelayReport } from "../relay_report.ts";
import {
  checkTimeFrom,
  nameOf,
  requireOthers,
  tokenUseOf,
  unnamedNote,
  UPSTREAM_TOKEN_VARIABLE,
  upstreamOf,
} from "../relay_upstreams.ts";
import { topicNames } from "../topic_names.ts";

const REPORT_MS = 1000;

/** Passes on other servers. */
export const relay: Command = defineCommand({
  name: "relay",
  summary: "serve robots to many viewers, with one connection to each",
  about: "With NAME=ADDRESS, all names of that server begin with /NAME, so that several robots fit into one server. " +
    "It starts before the robots are up, and waits for them. A topic is subscribed only while a viewer uses it. " +
    "It serves until Ctrl-C. --json prints the address, then {time, viewers, upstreams} once per second. " +
    "--allow-sys is needed only to print the addresses of the machine.",
  operands: { usage: "[NAME=]ADDRESS…", min: 1, max: Infinity },
  options: {
    ...LISTEN_OPTIONS,
    token: {
      type: "text",
      help: "require this token of viewers, 16 characters or more; the variable FOXGLOVE_WS_TOKEN hides it from ps",
    },
    "upstream-token": {
      type: "text",
      help: `the token for all robots; or ${UPSTREAM_TOKEN_VARIABLE}; one robot: ?token=… in its ADDRESS`,
    },
    latch: {
      type: "text",
      value: "TOPICS",
      help: "send the last message to new viewers (default: /tf_static,/robot_description,/map)",
    },
    "time-from": { type: "text", value: "NAME", help: "the robot whose clock and playback viewers get" },
  },
  hasServer: false,
  examples: [
    ["relay robot.local", "serves a robot on ws://localhost:8765"],
    ["relay robot1=ws://10.0.0.1 robot2=ws://10.0.0.2 --host 0.0.0.0", "serves two robots to the network"],
    ["relay wss://robot.example --token correct-horse-battery", "requires a token"],
  ],
  permissions: [...LISTEN_PERMISSIONS],
  isEndless: () => true,
  async run(invocation) {
    const { operands, options, isJson, output, signal, token, variable } = invocation;
    const address = listenAddress(options);
    const upstreamToken = options["upstream-token"] ?? (variable(UPSTREAM_TOKEN_VARIABLE) || undefined);
    const upstreams = operands.map((operand) => upstreamOf(operand, upstreamToken));
    const relayOptions: RelayOptions = {
      ...(options.latch !== undefined && { latch: topicNames(options.latch) }),
      ...(options["time-from"] !== undefined && { timeFrom: options["time-from"] }),
    };
    checkTimeFrom(relayOptions, upstreams);
    requireOthers(address, upstreams);
    // Other commands do not load the server.
    const { bearerToken, FoxgloveServer } = await import("../../../mod.ts");
    const { relay } = await import("../../relay/mod.ts");
    const note = (message: string) => output.note(message);
    const names = upstreams.map(nameOf);
    const checked = <T>(create: () => T): T => {
      try {
        return create();
      } catch (error) {
        throw usageError(textOf(error));
      }
    };
    const authorize = token === undefined ? undefined : checked(() => bearerToken(token));
    let printChanges = () => {};
    const log = (message: string) => {
      printChanges();
      // The report prints these, with the cure.
      if (!isStateLine(message, names)) note(message);
    };
    await using server = new FoxgloveServer({
      name: `relay of ${names.join(", ")}`,
      ...address,
      // It needs less CPU time than the default, and measures the round trips of viewers.
      transport: "direct",
      ...(authorize && { authorize }),
      logger: { debug: () => {}, info: () => printChanges(), warn: log, error: log },
    });
    await using running = checked(() => relay(upstreams, server, relayOptions));
    const risk = "see and control the robots; require a token with --token";
    await startAndAnnounce(server, address, invocation, token === undefined ? risk : undefined);
    if (!isJson && token !== undefined) {
      output.line("Viewers must send the token: ?token=… at the end of the address, or --token of foxglove-ws.");
    }
    const advice = unnamedNote(operands, upstreams);
    if (advice !== undefined) note(advice);
    if (!isJson) output.line("Press Ctrl-C to stop.");
    const tokens = new Map(upstreams.map((upstream) => [nameOf(upstream), tokenUseOf(upstream)]));
    const report = new RelayReport(
      {
        relay: running,
        viewers: () => server.clients.size,
        tokenOf: (name) => tokens.get(name)!,
      },
      output,
      isJson,
    );
    printChanges = () => report.printChanges();
    while (!signal.aborted) {
      await pause(REPORT_MS, signal);
      report.print();
    }
  },
});
