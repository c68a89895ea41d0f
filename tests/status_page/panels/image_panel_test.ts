// The panel of images in a real browser.

import { assertEquals } from "@std/assert/equals";
import { encodePng, RawImage } from "../../../src/schemas/mod.ts";
import { timeNs } from "../../../src/time_ns.ts";
import { Chromium, type Page } from "../../support/chromium.ts";
import { CHROMIUM, testWith } from "../../support/needed_programs.ts";
import {
  assertNoProblems,
  openPanel,
  startPanelServer,
  texts,
  untilServer,
  untilText,
} from "../../support/panel_page.ts";

testWith(CHROMIUM, "ImagePanel shows images of each kind", async (t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer();
  const options = { encoding: "json", latch: true, schema: '{"type":"object"}' } as const;
  const png = await encodePng({ width: 2, height: 1, data: Uint8Array.of(0, 255, 0, 255, 0, 0, 255, 255) });
  const camera = server.addChannel({ topic: "/a_png", schemaName: "foxglove.CompressedImage", ...options });
  const send = (channel: typeof camera, value: object) => server.sendMessage(channel, timeNs(), JSON.stringify(value));
  send(camera, { format: "png", data: png.toBase64() });
  using raw = server.channel("/b_raw", RawImage, { latch: true });
  raw.send({ width: 2, height: 1, step: 6, encoding: "rgb8", data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  const ros = server.addChannel({ topic: "/c_ros", schemaName: "sensor_msgs/msg/Image", ...options });
  send(ros, { width: 70_000, height: 70_000, step: 0, encoding: "mono8", data: "" });
  server.addChannel({ topic: "/d_cdr", encoding: "cdr", schemaName: "sensor_msgs/msg/Image", schema: "byte[] data" });
  const page = await openPanel(browser, server, "ImagePanel");
  const choose = (topic: string) => page.evaluate(`panel.select("${topic}")`);

  await t.step("lists the topics, and shows the first", async () => {
    await page.until('document.querySelectorAll("option").length === 4');
    assertEquals(await texts(page, "option"), ["/a_png", "/b_raw", "/c_ros", "/d_cdr"]);
    await page.until('document.querySelector("canvas").width === 2');
    assertEquals(await firstPixels(page, 2), "00ff00ff0000ffff");
    const { length } = JSON.stringify({ format: "png", data: png.toBase64() });
    await untilText(page, ".facts", `2 × 1 · png · ${length} B`);
    assertEquals(
      await page.evaluate('document.querySelector("canvas").getAttribute("aria-label")'),
      "Newest image of /a_png, 2 × 1 pixels",
    );
  });

  await t.step("shows protobuf", async () => {
    await choose("/b_raw");
    await page.until('document.querySelector("canvas").width === 2');
    assertEquals(await firstPixels(page, 2), "010203ff040506ff");
    raw.send({ width: 1, height: 1, step: 1, encoding: "mono8", data: Uint8Array.of(9) });
    await page.until('document.querySelector("canvas").width === 1');
    assertEquals(await firstPixels(page, 1), "090909ff");
  });

  await t.step("says why it cannot show an image", async () => {
    await choose("/c_ros");
    await untilText(
      page,
      ".problem:not([hidden])",
      "Cannot show the image: 70000 × 70000 is more than 16777216 pixels",
    );
    send(ros, { width: 1, height: 1, step: 1, encoding: "mono8", data: "CQ==" });
    await page.until('document.querySelector(".problem").hidden && document.querySelector("canvas").width === 1');
    await choose("/d_cdr");
    await untilText(
      page,
      ".problem:not([hidden])",
      'This page does not decode "cdr". Foxglove and Lichtblick do.',
    );
  });

  await t.step("refuses a file whose header claims a huge image, and a broken file", async () => {
    const huge = png.slice();
    new DataView(huge.buffer).setUint32(16, 100_000);
    new DataView(huge.buffer).setUint32(20, 100_000);
    send(camera, { format: "png", data: huge.toBase64() });
    await choose("/a_png");
    await page.until('document.querySelector(".problem").textContent.includes("100000 × 100000 is more than")');
    send(camera, { format: "png", data: png.slice(0, 40).toBase64() });
    await page.until('document.querySelector(".problem").textContent.includes("cannot decode this image/png")');
  });

  await t.step("is subscribed only while it is on the screen", async () => {
    assertEquals(server.hasSubscribers(camera), true);
    await page.evaluate("globalThis.isVisible = false");
    const subscribers = () => server.stats().channels.find(({ channel }) => channel.topic === "/a_png")?.subscribers;
    await untilServer(() => subscribers() === 0);
    await page.evaluate("globalThis.isVisible = true");
    await untilServer(() => subscribers() === 1);
    await page.evaluate("panel.close()");
    await untilServer(() => subscribers() === 0);
  });
  await assertNoProblems(page);
});

/** Returns the first pixels of the canvas as hex text. */
function firstPixels(page: Page, count: number): Promise<string> {
  return page.evaluate(`(() => {
    const context = document.querySelector("canvas").getContext("2d");
    return [...context.getImageData(0, 0, ${count}, 1).data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  })()`);
}
