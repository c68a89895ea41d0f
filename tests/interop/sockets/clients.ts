// The clients of the socket matrix. Each runs the conversation in a process of its own.

import { explainMissing, NODE_FOLDER, PYTHON } from "../../../tools/peers.ts";
import { Harness } from "../../runtimes/harness.ts";
import { Chromium } from "../../support/chromium.ts";
import { within } from "../../support/events.ts";
import { CHROMIUM, firstMissing, type NeededProgram } from "../../support/needed_programs.ts";
import { Program, type ProgramOptions } from "../../support/program.ts";
import { NODE_22, NODE_TYPE_FLAGS } from "../../support/server_runtimes.ts";
import type { SocketReport } from "./converse.ts";

/** The server that a client connects to. */
export interface Target {
  url: string;
  subprotocols: readonly string[];
  /** The file of the certificate to trust, with TLS. */
  certificate: string | undefined;
}

/** A WebSocket client. */
export interface SocketClient {
  name: string;
  /** The program that must exist, if it is not Deno. */
  program?: NeededProgram;
  /** Whether it offers permessage-deflate. */
  offersCompression: boolean;
  /** Whether it compresses the messages that it sends, if the server accepts the offer. */
  compresses: boolean;
  /** Runs the conversation. */
  run(target: Target): Promise<SocketReport>;
}

/** As long as a program may run. */
const LIMIT_MS = 60_000;
const FOLDER = import.meta.dirname!;
const MAIN = `${FOLDER}/main.ts`;

const PACKAGES: NeededProgram = {
  path: explainMissing("node") === undefined ? NODE_FOLDER : undefined,
  missing: `npm's ws is ${explainMissing("node")}`,
};
const WEBSOCKETS: NeededProgram = {
  path: explainMissing("python", "websockets") === undefined ? PYTHON : undefined,
  missing: `Python's websockets is ${explainMissing("python", "websockets")}`,
};

/** All clients. */
export const CLIENTS: readonly SocketClient[] = [
  {
    name: "npm's ws",
    program: firstMissing(PACKAGES, NODE_22),
    offersCompression: true,
    compresses: true,
    run: (target) => runNode(target, NODE_FOLDER),
  },
  {
    name: "Python's websockets",
    program: WEBSOCKETS,
    offersCompression: true,
    compresses: true,
    run: ({ url, subprotocols, certificate }) => {
      const args = [`${FOLDER}/converse.py`, url, subprotocols.join(","), ...certificate ? [certificate] : []];
      return reportOf({ executable: PYTHON }, ...args);
    },
  },
  { name: "Chromium", program: CHROMIUM, offersCompression: true, compresses: true, run: runChromium },
  {
    name: "Deno's WebSocket",
    offersCompression: false,
    compresses: false,
    run: ({ url, subprotocols, certificate }) => {
      const flags = ["--allow-net=127.0.0.1", ...certificate ? [`--cert=${certificate}`] : []];
      return reportOf({}, ...flags, MAIN, url, subprotocols.join(","));
    },
  },
  {
    name: "Node's WebSocket",
    program: NODE_22,
    offersCompression: true,
    compresses: false,
    run: (target) => runNode(target),
  },
];

function runNode({ url, subprotocols, certificate }: Target, ...packages: string[]): Promise<SocketReport> {
  const env: Record<string, string> = certificate ? { NODE_EXTRA_CA_CERTS: certificate } : {};
  const options = { executable: NODE_22.path!, env };
  return reportOf(options, ...NODE_TYPE_FLAGS, MAIN, url, subprotocols.join(","), ...packages);
}

/** Runs a program, and returns the report that it prints. */
async function reportOf(options: ProgramOptions, ...args: string[]): Promise<SocketReport> {
  await using program = new Program(options, ...args);
  const { code, lines, stderr } = await program.ended();
  if (code !== 0 || lines.length !== 1) throw new Error(`The client has ended with code ${code} and "${stderr}"`);
  return JSON.parse(lines[0]!);
}

async function runChromium({ url, subprotocols }: Target): Promise<SocketReport> {
  await using harness = new Harness();
  await using browser = await Chromium.launch(CHROMIUM.path!);
  const page = await browser.open(harness.origin);
  await page.command("Security.setIgnoreCertificateErrors", { ignore: true });
  const socket = `new WebSocket(${JSON.stringify(url)}, ${JSON.stringify(subprotocols)})`;
  const script = `import("/tests/interop/sockets/converse.ts").then(({ converse }) => converse(${socket}))`;
  return await within(page.evaluate<SocketReport>(script), "the report of the page", LIMIT_MS);
}
