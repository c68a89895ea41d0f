// Opens the status page in Chromium, and records what goes wrong in it.

import type { Chromium, Page } from "../support/chromium.ts";

/** Runs before the page: records errors of scripts, violations of the policy, and what is written to the console. */
const RECORDER = `
  globalThis.faults = [];
  addEventListener("error", (event) => faults.push("error: " + event.message));
  addEventListener("unhandledrejection", (event) => faults.push("rejection: " + event.reason));
  addEventListener("securitypolicyviolation", (event) => faults.push("policy: " + event.violatedDirective + " " + event.sourceFile));
  for (const level of ["error", "warn"]) console[level] = (...args) => faults.push(level + ": " + args.join(" "));
`;

/** Opens the page at a URL. `faults(page)` returns what went wrong. */
export async function openStatusPage(browser: Chromium, url: string): Promise<Page> {
  const page = await browser.open("about:blank");
  await page.command("Page.addScriptToEvaluateOnNewDocument", { source: RECORDER });
  await resize(page, 1400, 1000);
  await page.navigate(url);
  await page.until("document.body.dataset.state === 'open'");
  return page;
}

/** Sets the size of the screen in CSS pixels. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.command("Emulation.setDeviceMetricsOverride", {
    width,
    height,
    deviceScaleFactor: 1,
    mobile: width < 500,
  });
}

/** Returns what went wrong in a page so far. */
export function faults(page: Page): Promise<string[]> {
  return page.evaluate("faults");
}

/** Returns the texts of all elements that match. */
export function texts(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((each) => each.textContent)`);
}

/** An expression for the button of a topic. */
export function topicButton(topic: string): string {
  return `[...document.querySelectorAll(".topic")].find((each) => ` +
    `each.querySelector(".topic-name").textContent === ${JSON.stringify(topic)})`;
}

/** An expression: how many pixels of the first plot have the colour of its first line. */
export const PLOTTED_PIXELS = `(() => {
  const canvas = document.querySelector(".plot canvas");
  if (!canvas || canvas.width === 0) return 0;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const line = getComputedStyle(document.querySelector(".swatch")).backgroundColor.match(/[0-9]+/g).map(Number);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (line.every((part, index) => Math.abs(data[at + index] - part) < 40)) count++;
  }
  return count;
})()`;

/** An expression: the value in the row of a member of the newest message. */
export function member(name: string): string {
  return `[...document.querySelectorAll(".tree li")].find((each) => each.children[1].textContent === "${name}")?.children[2].textContent`;
}

/** Opens a section, and scrolls to it. */
export function openSection(page: Page, id: string): Promise<void> {
  const section = `document.querySelector("#${id}")`;
  return page.evaluate(`(() => { ${section}.open = true; ${section}.scrollIntoView(); })()`);
}
