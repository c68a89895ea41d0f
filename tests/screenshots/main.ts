// The task "screenshots": makes the pictures of the command line and of the web page in docs/pictures again.

import { startOnTerminal } from "../cli/terminal.ts";
import { Chromium, type Page } from "../support/chromium.ts";
import { startExample } from "../support/example.ts";
import { CHROMIUM } from "../support/needed_programs.ts";
import { PROJECT } from "../support/project_files.ts";
import { PAGE_PICTURE, TERMINAL_PICTURES } from "./pictures.ts";
import { type RanCommand, terminalPage } from "./terminal_page.ts";
import { TerminalScreen } from "./terminal_screen.ts";

/** The default port, because the commands in the pictures name no server. */
const PORT = "8765";

/** The messages that fill the plot of the page: 20 per second for more than 15 seconds. */
const PLOTTED_MESSAGES = 310;

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

/** Makes the picture of the web page, which plots a sine. */
async function makePage(browser: Chromium): Promise<void> {
  await using example = await startExample("browser/serve.ts");
  const page = await browser.open(example.url.replace("ws:", "http:"));
  await page.command("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "light" }] });
  const size = { width: 1280, height: 720, scale: 1 };
  await resize(page, size);
  await page.until(`document.querySelector('#topics [value="/sine"]') !== null`);
  await page.evaluate(`document.querySelector('#topics [value="/sine"]').click()`);
  await page.until(`Number(document.querySelector("#count").textContent) >= ${PLOTTED_MESSAGES}`, 60_000);
  await save(page, PAGE_PICTURE, size);
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
