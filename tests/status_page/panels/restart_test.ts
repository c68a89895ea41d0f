// The panels over a restart of the server: what the user has chosen and typed stays.

import { assertEquals } from "@std/assert/equals";
import { RawImage } from "../../../src/schemas/mod.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import { freePort } from "../../support/free_port.ts";
import { Chromium, type Page } from "../../support/chromium.ts";
import { CHROMIUM, testWith } from "../../support/needed_programs.ts";
import { enter, openPanel, startPanelServer, texts, untilText } from "../../support/panel_page.ts";

const STATE = 'document.querySelector("main") && client.state.type';

testWith(CHROMIUM, "panels survive a restart of the server", async (t, path) => {
  await using browser = await Chromium.launch(path);

  await t.step("ImagePanel shows the chosen topic, although another one is back earlier", async () => {
    await withRestart(browser, "ImagePanel", addCameras, async (page, restart) => {
      await page.evaluate('panel.select("/b")');
      await page.until('document.querySelector("canvas").width === 2');
      await restart((server) => {
        server.channel("/a", RawImage);
      }, async (server) => {
        await page.until('client.channels.size === 1 && document.querySelectorAll("option").length === 2');
        assertEquals(await page.evaluate('document.querySelector("select").selectedOptions[0].textContent'), "/b");
        const camera = server.channel("/b", RawImage, { latch: true });
        camera.send({ width: 3, height: 1, step: 3, encoding: "mono8", data: new Uint8Array(3) });
        await page.until('document.querySelector("canvas").width === 3');
      });
    });
  });

  await t.step("ParametersPanel keeps its rows, and gets the new values", async () => {
    await withRestart(
      browser,
      "ParametersPanel",
      (server) => void server.parameters({ "/speed": { value: 1 } }),
      async (
        page,
        restart,
      ) => {
        await page.until('document.querySelector("li input")?.value === "1"');
        await page.evaluate('globalThis.row = document.querySelector("li")');
        await restart((server) => {
          server.parameters({ "/speed": { value: 2 } });
        }, async () => {
          await page.until('document.querySelector("li input").value === "2"');
          assertEquals(
            await page.evaluate('row === document.querySelector("li") && !row.querySelector("input").disabled'),
            true,
          );
        });
      },
    );
  });

  await t.step("ServicesPanel keeps a request, and calls the new service", async () => {
    const addService = (name: string) => (server: FoxgloveServer) => {
      server.service("/who", () => ({ name }));
    };
    await withRestart(browser, "ServicesPanel", addService("first"), async (page, restart) => {
      await page.until('document.querySelector("summary")');
      await page.evaluate('document.querySelector("summary").click()');
      await page.until('document.querySelector("textarea")');
      await enter(page, "textarea", '{"typed":true}');
      await restart(() => {}, async (server) => {
        // The panel sees a server without services first.
        await page.until('!document.querySelector("summary")');
        addService("second")(server);
        await page.until('document.querySelector(".primary")');
        await page.evaluate('document.querySelector(".primary").click()');
        await untilText(page, "pre:not([hidden])", '{\n  "name": "second"\n}');
        assertEquals(await page.evaluate('document.querySelector("textarea").value'), '{"typed":true}');
      });
    });
  });

  await t.step("StatusesPanel keeps the last words of the server, but not its state", async () => {
    const addStatuses = (server: FoxgloveServer) => server.sendStatus(1, "Battery is low", { id: "b", sticky: true });
    await withRestart(browser, "StatusesPanel", addStatuses, async (page, restart, server) => {
      await untilText(page, ".statuses .message", "Battery is low");
      server.sendStatus(2, "Out of memory");
      await untilText(page, ".facts", "2 statuses");
      await restart(() => {}, async () => {
        await untilText(page, ".facts", "1 status");
        assertEquals(await texts(page, ".statuses .message"), ["Out of memory"]);
      });
    });
  });
});

type SetUp = (server: FoxgloveServer) => void;
type Restart = (setUp: SetUp, check: (server: FoxgloveServer) => Promise<void>) => Promise<void>;

/** Opens a panel of a server. `restart` replaces the server by another one on the same port. */
async function withRestart(
  browser: Chromium,
  panel: string,
  setUp: SetUp,
  test: (page: Page, restart: Restart, server: FoxgloveServer) => Promise<void>,
): Promise<void> {
  await using first = await startPanelServer({ port: freePort() });
  setUp(first);
  const page = await openPanel(browser, first, panel);
  const restart: Restart = async (setUpAgain, check) => {
    const port = Number(new URL(first.url!).port);
    await first.close();
    await page.until(`(${STATE}) === "reconnecting"`);
    await using second = await startPanelServer({ port });
    setUpAgain(second);
    await page.until(`(${STATE}) === "open"`);
    await check(second);
  };
  await test(page, restart, first);
  const problems = await page.evaluate<string[]>("globalThis.problems");
  // The client logs that it has lost the connection, and the browser logs that it cannot connect.
  assertEquals(problems.filter((text) => !/connect|Status of the server/i.test(text)), []);
}

function addCameras(server: FoxgloveServer): void {
  for (const [topic, width] of [["/a", 1], ["/b", 2]] as const) {
    const camera = server.channel(topic, RawImage, { latch: true });
    camera.send({ width, height: 1, step: width, encoding: "mono8", data: new Uint8Array(width) });
  }
}
