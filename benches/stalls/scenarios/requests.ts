// Requests: many small requests with large answers.

import type { ConnectionGraph, Parameter } from "../../../mod.ts";
import { HostileClient, joined, textFrame } from "../hostile_client.ts";
import { check, outOf, type ServerProgram, type StallScenario } from "../stall_scenario.ts";

const TOPICS = 300;
const PARAMETERS = 5000;
const LIMIT_MS = 15_000;

/** The requests of one scenario. */
interface Requests {
  request: object;
  /** The `op` of the answers. */
  answerOp: string;
  count: number;
  /** How many are sent before the client waits for their answers. */
  burst: number;
  program(): ServerProgram;
}

/** The count is below the limit `maxMessagesPerSecond`. */
const GRAPH: Requests = {
  request: { op: "subscribeConnectionGraph" },
  answerOp: "connectionGraphUpdate",
  count: 9000,
  burst: 9000,
  program: () => ({
    options: { capabilities: ["connectionGraph"] },
    setUp: (server) => server.updateConnectionGraph(graph()),
  }),
};
/** Each request reads all parameters. */
const GET: Requests = {
  request: { op: "getParameters", parameterNames: [], id: "1" },
  answerOp: "parameterValues",
  count: 5000,
  burst: 5000,
  program() {
    const parameters: Parameter[] = numbered("/bench/parameter", PARAMETERS).map((name, value) => ({ name, value }));
    return { options: { capabilities: ["parameters"], listener: { onGetParameters: () => parameters } } };
  },
};

const GRAPH_TITLE = `9,000 \`subscribeConnectionGraph\` to a graph of ${TOPICS} topics`;
const GET_TITLE = "5,000 `getParameters` for all of 5,000 parameters";
const AT_ONCE = "in one write, by a client that reads";

/** In one write and in bursts, because a server that queues answers disconnects the client after one large write. */
export const REQUESTS: readonly StallScenario[] = [
  requestsScenario("graph-at-once", `${GRAPH_TITLE}, ${AT_ONCE}`, GRAPH),
  requestsScenario("graph-in-bursts", `${GRAPH_TITLE}, 1,000 at a time`, { ...GRAPH, burst: 1000 }),
  requestsScenario("get-at-once", `${GET_TITLE}, ${AT_ONCE}`, GET),
  requestsScenario("get-in-bursts", `${GET_TITLE}, 200 at a time`, { ...GET, burst: 200 }),
];

function requestsScenario(name: string, title: string, requests: Requests): StallScenario {
  const { request, answerOp, count, burst, program } = requests;
  return {
    name,
    title,
    program,
    async prepare({ port }) {
      const frame = textFrame(request);
      const frames = joined(Array.from({ length: burst }, () => frame));
      const client = await HostileClient.connect(port);
      void client.read();
      return async () => {
        let sent = 0;
        const deadline = performance.now() + LIMIT_MS;
        while (sent < count && client.isOpen && performance.now() < deadline) {
          await client.send(frames);
          sent += burst;
          await client.untilAnswered(deadline - performance.now(), () => client.count(answerOp) >= sent);
        }
        const answers = client.count(answerOp);
        check(answers > 0 || !client.isOpen, "there was no answer");
        return [
          { name: "requests", value: sent, unit: outOf(count) },
          { name: "answers", value: answers, unit: "messages" },
          { name: "statuses", value: client.count("status"), unit: "messages" },
          { name: "received", value: client.bytes / 1024 ** 2, unit: "MiB" },
          client.closeFigure,
        ];
      };
    },
  };
}

function graph(): ConnectionGraph {
  const names = numbered("/bench/topic", TOPICS);
  return {
    publishedTopics: names.map((name, index) => ({ name, publisherIds: [`/node_${index % 20}`] })),
    subscribedTopics: names.map((name, index) => ({ name, subscriberIds: [`/node_${index % 30}`, "/recorder"] })),
    advertisedServices: names.slice(0, 100).map((name) => ({ name: `${name}/reset`, providerIds: ["/node_0"] })),
  };
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}_${index}`);
}
