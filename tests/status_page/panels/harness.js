// The page of the browser tests: shows one panel, whose class is named in the query, and records what goes wrong.

/** Loads a module. The path is not a literal, so that `deno check` does not check the DOM without its types. */
const load = (path) => import(new URL(path, `${location.origin}/src/`).href);

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

const { FoxgloveClient } = await load("client/mod.ts");
const { JSON_DECODER } = await load("client/plain_json_decoder.ts");
const { PROTOBUF_DECODER } = await load("client/protobuf_decoder.ts");
const decoders = { json: JSON_DECODER, protobuf: PROTOBUF_DECODER };
const name = new URL(location.href).searchParams.get("panel");
const file = name.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
const { ServerStatuses } = await load("status_page/panels/server_statuses.ts");
const { [name]: Panel } = await load(`status_page/panels/${file}.ts`);

globalThis.client = await FoxgloveClient.connect(location.origin, { minRetryDelayMs: 50 });
const draws = new Set();
const drawAll = () => {
  for (const draw of draws) draw();
  requestAnimationFrame(drawAll);
};
drawAll();
globalThis.panel = new Panel({
  client: globalThis.client,
  decode: ({ channel, payload }) => decoders[channel.encoding](channel)(payload),
  statuses: new ServerStatuses(globalThis.client),
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
