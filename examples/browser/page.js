// The page: lists the topics, and shows the newest message of one topic and a plot of one of its numbers.

import { FoxgloveClient } from "../../src/client/mod.ts";
import { Plot, WINDOW_MS } from "./plot.js";
import { TopicList } from "./topic_list.js";
import { numbersIn, read } from "./values.js";

/** @import { ConnectionState, ReceivedMessage, Subscription } from "../../src/client/mod.ts" */

const STATES = {
  connecting: "Connecting …",
  open: "Connected",
  reconnecting: "Not connected, retrying …",
  closed: "Closed",
};

const select = element("field", HTMLSelectElement);
const canvas = element("plot", HTMLCanvasElement);
const plot = new Plot(canvas);
const topics = new TopicList(
  element("topics", HTMLElement),
  element("topic", HTMLTemplateElement),
  (topic) => void follow(client, topic),
);

/** @type {Subscription | undefined} The subscription to the selected topic. */
let subscription;
/** @type {ReceivedMessage | undefined} The newest message of the selected topic. */
let newest;
/** @type {{ timeMs: number, numbers: Map<string, number> }[]} The numbers that can be plotted. */
let samples = [];
let count = 0;
let willRender = false;

const client = await FoxgloveClient.connect(location.origin, {
  retryInitialConnect: true,
  minRetryDelayMs: 200,
  listener: {
    onConnectionState: (client, state) => showState(client, state),
    onAdvertise: (client) => showTopics(client),
    onUnadvertise: (client) => showTopics(client),
    onSessionReset: () => void samples.push({ timeMs: samples.at(-1)?.timeMs ?? 0, numbers: new Map() }),
  },
});
select.addEventListener("change", renderSoon);
new ResizeObserver(renderSoon).observe(canvas);

/**
 * Shows the messages of a topic until another topic is selected.
 *
 * @param {FoxgloveClient} client
 * @param {string} topic
 */
async function follow(client, topic) {
  subscription?.close();
  subscription = client.subscribe(topic, { maxQueued: 100 });
  samples = [];
  newest = undefined;
  count = 0;
  showTopics(client);
  renderSoon();
  for await (const message of subscription) take(message);
}

/** @param {ReceivedMessage} message */
function take(message) {
  newest = message;
  count += 1;
  const { value } = read(message.channel.encoding, message.payload);
  const timeMs = Number(message.timestamp / 1_000_000n);
  samples.push({ timeMs, numbers: numbersIn(value) });
  // Keeps the newest sample outside of the window, because the line starts there.
  const first = samples.findIndex((sample) => timeMs - sample.timeMs < WINDOW_MS);
  samples = samples.slice(Math.max(0, first - 1));
  renderSoon();
}

/**
 * @param {FoxgloveClient} client
 * @param {ConnectionState} state
 */
function showState(client, state) {
  document.body.dataset.state = state.type;
  element("state", HTMLElement).textContent = STATES[state.type];
  if (state.type === "open") element("server", HTMLElement).textContent = client.serverInfo.name;
}

/** @param {FoxgloveClient} client */
function showTopics(client) {
  // Without a connection, the list stays visible but dimmed, because the topics return after a reconnect.
  if (client.state.type !== "open") return;
  const [first] = [...client.channels.values()].map(({ topic }) => topic).sort();
  if (!subscription && first !== undefined) void follow(client, first);
  else topics.show(client.channels.values(), subscription?.topic);
}

/** Renders once before the next repaint, however many messages arrive until then. */
function renderSoon() {
  if (willRender) return;
  willRender = true;
  requestAnimationFrame(() => {
    willRender = false;
    render();
  });
}

function render() {
  const numbers = samples.findLast(({ numbers }) => numbers.size > 0)?.numbers ?? new Map();
  showFields([...numbers.keys()]);
  const field = select.value;
  plot.draw(samples.map(({ timeMs, numbers }) => [timeMs, numbers.get(field) ?? NaN]));
  canvas.ariaLabel = numbers.size > 0 ? `${field} is ${numbers.get(field)}` : "Nothing to draw";
  element("value", HTMLElement).textContent = String(numbers.get(field) ?? "").slice(0, 8);
  element("count", HTMLElement).textContent = count.toLocaleString("en");
  element("facts", HTMLElement).textContent = newest ? factsOf(newest) : `Waiting for ${subscription?.topic}`;
  element("message", HTMLElement).textContent = newest ? read(newest.channel.encoding, newest.payload).text : "";
}

/** @param {string[]} fields */
function showFields(fields) {
  element("choice", HTMLElement).hidden = fields.length === 0;
  if (fields.join() === [...select.options].map(({ value }) => value).join()) return;
  const chosen = select.value;
  select.replaceChildren(...fields.map((field) => new Option(field, field, false, field === chosen)));
}

/** @param {ReceivedMessage} message */
function factsOf({ channel: { topic, encoding }, timestamp, payload }) {
  const time = new Date(Number(timestamp / 1_000_000n)).toISOString().slice(11, 23);
  return `${topic} · ${encoding} · ${payload.length} bytes · ${time} UTC`;
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function element(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new TypeError(`Cannot find "${id}" on the page`);
}
