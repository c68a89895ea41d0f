// The page of the browser tests: shows one panel, whose class is named in the query, and records what goes wrong.

import { FoxgloveClient } from "../../../src/client/mod.ts";
import { JSON_DECODER } from "../../../src/client/plain_json_decoder.ts";
import { PROTOBUF_DECODER } from "../../../src/client/protobuf_decoder.ts";
import { ImagePanel } from "../../../src/status_page/panels/image_panel.ts";
import { LogPanel } from "../../../src/status_page/panels/log_panel.ts";
import { ParametersPanel } from "../../../src/status_page/panels/parameters_panel.ts";
import { ServicesPanel } from "../../../src/status_page/panels/services_panel.ts";
import { StatusesPanel } from "../../../src/status_page/panels/statuses_panel.ts";

const PANELS = { ImagePanel, LogPanel, ParametersPanel, ServicesPanel, StatusesPanel };
const DECODERS = { json: JSON_DECODER, protobuf: PROTOBUF_DECODER };

/** Violations of the policy, uncaught errors, and what was written to the console. */
globalThis.problems = [];
addEventListener(
  "securitypolicyviolation",
  ({ violatedDirective, sample }) => globalThis.problems.push(`CSP: ${violatedDirective} ${sample}`),
);
addEventListener("error", ({ message }) => globalThis.problems.push(message));
addEventListener("unhandledrejection", ({ reason }) => globalThis.problems.push(String(reason)));
for (const level of ["warn", "error"]) console[level] = (...values) => globalThis.problems.push(values.join(" "));

/** What stats() returns. Tests replace it. */
globalThis.stats = undefined;
/** Whether the panel is on the screen. Tests replace it. */
globalThis.isVisible = true;

globalThis.client = await FoxgloveClient.connect(location.origin, { minRetryDelayMs: 50 });
const draws = new Set();
const drawAll = () => {
  for (const draw of draws) draw();
  requestAnimationFrame(drawAll);
};
drawAll();
globalThis.panel = new PANELS[new URL(location.href).searchParams.get("panel")]({
  client: globalThis.client,
  decode: ({ channel, payload }) => DECODERS[channel.encoding](channel)(payload),
  stats: () => globalThis.stats,
  onFrame(draw) {
    draws.add(draw);
    return () => draws.delete(draw);
  },
  isVisible: () => globalThis.isVisible,
  signal: new AbortController().signal,
});
document.querySelector("main").append(globalThis.panel.element);
document.body.dataset.ready = "true";
