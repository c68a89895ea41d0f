// FoxgloveServer.appUrl(): links that open an app.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { appUrlFrom } from "../../src/server/app_url.ts";

const SERVER = "ws://127.0.0.1:8765";

Deno.test("appUrlFrom() opens Foxglove on the web, with an encoded address", () => {
  assertEquals(
    appUrlFrom(SERVER, { app: "foxglove" }),
    "https://app.foxglove.dev/~/view?ds=foxglove-websocket&ds.url=ws%3A%2F%2F127.0.0.1%3A8765",
  );
});

Deno.test("appUrlFrom() adds a layout, the desktop app and another address", () => {
  const url = "wss://robot.example/ws?token=a&b";
  const link = new URL(appUrlFrom(SERVER, { app: "foxglove", url, layoutId: "lay_1", openIn: "desktop" }));
  assertEquals([...link.searchParams], [
    ["ds", "foxglove-websocket"],
    ["ds.url", url],
    ["layoutId", "lay_1"],
    ["openIn", "desktop"],
  ]);
});

Deno.test("appUrlFrom() opens a Lichtblick of your own, and keeps its path and query", () => {
  const link = appUrlFrom(SERVER, { app: "lichtblick", base: new URL("http://localhost:8080/app/?theme=dark") });
  assertEquals(
    link,
    "http://localhost:8080/app/?theme=dark&ds=foxglove-websocket&ds.url=ws%3A%2F%2F127.0.0.1%3A8765",
  );
});

Deno.test("appUrlFrom() rejects options that make no link", () => {
  const wrong = (options: object, url: string | undefined, text: string) =>
    assertThrows(() => appUrlFrom(url, options as Parameters<typeof appUrlFrom>[1]), TypeError, text);
  assertThrows(() => appUrlFrom(SERVER, undefined as never), TypeError, '"app" is missing, use { app: "foxglove" }');
  wrong({ app: "lichtblick" }, SERVER, 'Lichtblick has no public address, so "base" is required');
  wrong({ app: "foxglove" }, "ws+unix:/ws.sock:/", 'apps cannot connect to a Unix socket, so "url" is required');
  wrong({ app: "foxglove" }, undefined, 'the server does not listen, so "url" is required');
  wrong({ app: "rviz" }, SERVER, 'unknown app "rviz"');
  wrong({ app: "foxglove", openIn: "tab" }, SERVER, 'unknown openIn "tab"');
  wrong({ app: "foxglove", base: "nowhere" }, SERVER, '"nowhere" is not a URL');
});
