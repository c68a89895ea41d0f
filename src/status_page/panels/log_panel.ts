// LogPanel: shows the newest lines of all topics with logs.

import type { CallbackSubscription, Channel, FoxgloveClientListener, ReceivedMessage } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { clip, create, setText, showText } from "../dom.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import { integerText, shownText } from "../data/quantities.ts";
import { isLog, LOG_LEVELS, type LogLevel, readLogLine } from "./log_line.ts";
import { LogList, type TopicLine } from "./log_list.ts";
import { undecodableReason } from "./message_types.ts";

/** Faster texts cannot be read. */
const DRAW_PERIOD_MS = 100;
/** How many lines may wait to be drawn. More are skipped, the oldest first. */
const MAX_PENDING = 200;
/** Decoding more of them at once would make the page stutter. */
const MAX_PENDING_BYTES = 1_048_576;
const MAX_TOPIC = 100;

/**
 * Shows the newest lines of all topics with logs. Once shown, it stays subscribed. Off the screen, it keeps the newest
 * 200 lines for later.
 */
export class LogPanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #list = new LogList();
  readonly #level = create("select");
  readonly #text = create("input", { type: "search", placeholder: "name or text" });
  readonly #facts = create("p", { class: "facts" });
  readonly #problem = create("p", { class: "problem", hidden: true });
  readonly #listener: FoxgloveClientListener;
  readonly #stopFrames: () => void;
  #subscription: CallbackSubscription | undefined;
  #pending: ReceivedMessage[] = [];
  #pendingBytes = 0;
  #skipped = 0;
  #drawTimeMs = 0;
  /** Whether the channels have changed. A server may change them more often than the page is drawn. */
  #isStale = true;

  /** Whether the channel has a log. Logs in CDR count too: the panel then says why it cannot show them. */
  static accepts(channel: Channel): boolean {
    return isLog(channel);
  }

  constructor(context: PanelContext) {
    this.#context = context;
    this.#level.append(...LOG_LEVELS.slice(1).map((level) => create("option", { value: level }, levelText(level))));
    const clear = create("button", { type: "button" }, "Clear");
    const end = create("button", { type: "button", hidden: true }, "Go to the newest");
    this.element = create(
      "section",
      { class: "panel log-panel", "aria-label": "Log" },
      create(
        "div",
        { class: "panel-bar" },
        create("label", { class: "field" }, create("span", {}, "Level"), this.#level),
        create("label", { class: "field" }, create("span", {}, "Filter"), this.#text),
        clear,
        end,
        this.#facts,
      ),
      this.#problem,
      this.#list.element,
    );
    this.#level.addEventListener("change", () => this.#filter());
    this.#text.addEventListener("input", () => this.#filter());
    clear.addEventListener("click", () => this.#clear());
    end.addEventListener("click", () => this.#list.follow());
    this.#list.onFollow = (isFollowing) => end.hidden = isFollowing;
    const markStale = () => void (this.#isStale = true);
    this.#listener = { onAdvertise: markStale, onUnadvertise: markStale };
    context.client.addListener(this.#listener);
    this.#stopFrames = context.onFrame(() => this.#drawFrame());
  }

  close(): void {
    this.#stopFrames();
    this.#subscription?.close();
    this.#context.client.removeListener(this.#listener);
  }

  #drawFrame(): void {
    if (!this.#context.isVisible(this.element)) return;
    this.#subscription ??= this.#context.client.subscribe(
      (channel) => LogPanel.accepts(channel) && !undecodableReason(channel),
      { onMessage: (message) => this.#receive(message) },
    );
    const nowMs = performance.now();
    if (nowMs - this.#drawTimeMs < DRAW_PERIOD_MS) return;
    this.#drawTimeMs = nowMs;
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    if (this.#isStale) this.#showChannels();
    if (pending.length === 0) return;
    this.#list.add(pending.map((message) => this.#read(message)));
    this.#showFacts();
  }

  #receive(message: ReceivedMessage): void {
    this.#pending.push(message);
    this.#pendingBytes += message.payload.length;
    while (this.#pending.length > MAX_PENDING || this.#pendingBytes > MAX_PENDING_BYTES && this.#pending.length > 1) {
      this.#pendingBytes -= this.#pending.shift()!.payload.length;
      this.#skipped += 1;
    }
  }

  /** Returns the line in a message. A message that is not one becomes a line that says so. */
  #read(message: ReceivedMessage): TopicLine {
    const topic = clip(message.channel.topic, MAX_TOPIC);
    try {
      return { ...readLogLine(message.channel, this.#context.decode(message)), topic };
    } catch (error) {
      return { timeMs: undefined, level: "unknown", name: topic, message: clip(textOf(error)), topic };
    }
  }

  /** Shows the topic of each line if there are several topics, and explains why lines are missing. */
  #showChannels(): void {
    this.#isStale = false;
    const channels = [...this.#context.client.channels.values()].filter(LogPanel.accepts);
    const reasons = channels.map((channel) => ({ topic: channel.topic, reason: undecodableReason(channel) }));
    const topics = new Set([...channels.map(({ topic }) => clip(topic, MAX_TOPIC)), ...this.#list.topics]);
    this.#list.showsTopics = topics.size > 1;
    this.#text.placeholder = topics.size > 1 ? "topic or text" : "name or text";
    const unreadable = reasons.find(({ reason }) => reason !== undefined);
    const text = unreadable
      ? `${clip(unreadable.topic, MAX_TOPIC)}: ${unreadable.reason}`
      : channels.length === 0 && this.#list.size === 0
      ? "The server has no topic with a log."
      : "";
    showText(this.#problem, text);
  }

  #filter(): void {
    this.#list.filter({ minLevel: this.#level.value as LogLevel, text: this.#text.value });
    this.#showFacts();
  }

  #clear(): void {
    this.#list.clear();
    this.#skipped = 0;
    this.#showFacts();
  }

  #showFacts(): void {
    const { size, shown } = this.#list;
    const lines = shownText(shown, size, "line");
    setText(this.#facts, this.#skipped > 0 ? `${lines} · ${integerText(this.#skipped)} skipped` : lines);
  }
}

function levelText(level: LogLevel): string {
  return level === "debug" ? "all" : level === "fatal" ? level : `${level} and above`;
}
