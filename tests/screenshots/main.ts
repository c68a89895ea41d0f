// The task "screenshots": makes the pictures of the command line and of the status page in docs/pictures again.

import { createRobot } from "../../examples/robot/robot.ts";
import { startOnTerminal } from "../cli/terminal.ts";
import { openStatusPage, topicButton } from "../status_page/open_page.ts";
import { FoxgloveServer } from "../../mod.ts";
import { Chromium, type Page } from "../support/chromium.ts";
import { startExample } from "../support/example.ts";
import { CHROMIUM } from "../support/needed_programs.ts";
import { PROJECT } from "../support/project_files.ts";
import { PAGE_PICTURE, TERMINAL_PICTURES } from "./pictures.ts";
import { type RanCommand, terminalPage } from "./terminal_page.ts";
import { TerminalScreen } from "./terminal_screen.ts";

/** The default port, because the commands in the pictures name no server. */
const PORT = "8765";

if (import.meta.main) {
  if (CHROMIUM.path === undefined) {
    console.error(`Cannot make pictures: ${CHROMIUM.missing}`);
    Deno.exit(1);
  }
  await using browser = await Chromium.launch(CHROMIUM.path);
  await makeTerminals(browser);
  await makePage(browser);
}

/** Makes the pictures of terminals. The demo robot is the server. */
async function makeTerminals(browser: Chromium): Promise<void> {
  await using _robot = await startExample("robot/main.ts", PORT);
  for (const { file, commands } of TERMINAL_PICTURES) {
    const ran: RanCommand[] = [];
    for (const args of commands) ran.push(await run(args));
    const page = await browser.open(`data:text/html;base64,${new TextEncoder().encode(terminalPage(ran)).toBase64()}`);
    const size = await page.evaluate<{ width: number; height: number }>(
      "(({ width, height }) => ({ width, height }))(document.querySelector('main').getBoundingClientRect())",
    );
    await save(page, file, { ...size, scale: 2 });
  }
}

/** Runs a command line on a terminal. */
async function run(args: readonly string[]): Promise<RanCommand> {
  await using program = startOnTerminal(args, { host: `localhost:${PORT}` });
  const { code, lines, stderr } = await program.ended();
  const command = ["foxglove-ws", ...args].join(" ");
  if (code !== 0) throw new Error(`Cannot make a picture: "${command}" failed: ${[...lines, stderr].join("\n")}`);
  const screen = new TerminalScreen();
  screen.write(lines.join("\n"));
  return { command, lines: screen.lines };
}

/** Makes the picture of the status page of the demo robot. */
async function makePage(browser: Chromium): Promise<void> {
  await using server = new FoxgloveServer({ name: "demo robot", port: 0 });
  const drive = createRobot(server);
  await server.start();
  const end = new AbortController();
  const driven = drive(end.signal).catch(() => {});
  const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}/`);
  await page.command("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "light" }] });
  const size = { width: 1280, height: 860, scale: 1 };
  await resize(page, size);
  await page.until(`${topicButton("/velocity")} !== undefined && document.querySelectorAll(".plot").length === 2`);
  await page.evaluate(`${topicButton("/velocity")}.click()`);
  for (const field of ["speed", "percent"]) {
    const button = `document.querySelector('[aria-label="Plot ${field}"]')`;
    // The page subscribes only to what is on the screen.
    await page.until(`((${button} ?? ${topicButton("/velocity")}).scrollIntoView(), ${button} !== null)`);
    await page.evaluate(`${button}.click()`);
  }
  await page.evaluate('document.querySelector(".topic-card").scrollTo(0, 0)');
  // The plots show 15 seconds. They fill with the messages of the robot.
  const elapsed = "Number(/up (\\d+) s/.exec(document.querySelector('header .facts').textContent)?.[1])";
  await page.until(`${elapsed} >= 20`, 60_000);
  await save(page, PAGE_PICTURE, size);
  end.abort();
  await driven;
}

/** The size of a picture in CSS pixels, and how many pixels of the picture each of them is wide. */
interface Size {
  width: number;
  height: number;
  scale: number;
}

async function resize(page: Page, { width, height, scale }: Size): Promise<void> {
  await page.command("Emulation.setDeviceMetricsOverride", {
    width: Math.ceil(width),
    height: Math.ceil(height),
    deviceScaleFactor: scale,
    mobile: false,
  });
}

/** Writes a picture of a page to `docs/pictures`. */
async function save(page: Page, file: string, size: Size): Promise<void> {
  await resize(page, size);
  const { data } = await page.command("Page.captureScreenshot", { format: "png" });
  const bytes = Uint8Array.fromBase64(data as string);
  await Deno.writeFile(new URL(`docs/pictures/${file}`, PROJECT), bytes);
  console.log(`docs/pictures/${file}: ${Math.round(bytes.length / 1000)} kB`);
}
