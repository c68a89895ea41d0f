// LogList: the elements of the newest lines of a log.

import { create } from "../dom.ts";
import { type LogFilter, type LogLine, matchesFilter, timeOfDay } from "./log_line.ts";

/** Older lines are removed. */
const MAX_LINES = 1000;
/** How far from its end the list may be scrolled to count as at its end, in CSS pixels. */
const END_TOLERANCE = 8;

/** A line together with its topic. */
export interface TopicLine extends LogLine {
  /** The topic of the message, cut. */
  readonly topic: string;
}

/** A list with the newest lines, which follows its end unless it is scrolled up. */
export class LogList {
  readonly element: HTMLElement;
  /** Called when the list begins or stops to follow its end. */
  onFollow: (isFollowing: boolean) => void = () => {};
  readonly #list = create("ol");
  #lines: { readonly line: TopicLine; readonly item: HTMLElement }[] = [];
  #showsTopics = false;
  #filter: LogFilter = { minLevel: "debug", text: "" };
  #isFollowing = true;
  /** The size of the element at the last scrolling. */
  #size = "";
  #shown = 0;

  constructor() {
    // Elements that scroll must be reachable by keyboard.
    const attributes = { class: "log-lines", tabindex: 0, role: "region", "aria-label": "Lines of the log" };
    this.element = create("div", attributes, this.#list);
    this.element.addEventListener("scroll", () => this.#readPosition());
    new ResizeObserver(() => this.#scroll()).observe(this.element);
  }

  /** The number of lines, with those that the filter hides. */
  get size(): number {
    return this.#lines.length;
  }

  /** The number of lines that the filter shows. */
  get shown(): number {
    return this.#shown;
  }

  /** The topics of the lines, with those that the filter hides. */
  get topics(): readonly string[] {
    return this.#lines.map(({ line }) => line.topic);
  }

  /** Shows the topic of each line or not, now and later. The text of the filter then applies to topics too. */
  set showsTopics(showsTopics: boolean) {
    if (showsTopics === this.#showsTopics) return;
    this.#showsTopics = showsTopics;
    this.#list.classList.toggle("with-topics", showsTopics);
    this.filter(this.#filter);
  }

  /** Adds lines at the end, and removes the oldest ones. */
  add(lines: readonly TopicLine[]): void {
    if (lines.length === 0) return;
    const added = lines.map((line) => ({ line, item: createItem(line) }));
    this.#lines.push(...added);
    for (const each of added) this.#show(each);
    this.#list.append(...added.map(({ item }) => item));
    for (const { item } of this.#lines.splice(0, this.#lines.length - MAX_LINES)) {
      if (!item.hidden) this.#shown -= 1;
      item.remove();
    }
    this.#scroll();
  }

  /** Hides the lines that do not match, now and later. */
  filter(filter: LogFilter): void {
    this.#filter = filter;
    this.#shown = 0;
    for (const each of this.#lines) this.#show(each);
    this.#scroll();
  }

  /** Scrolls to the end, follows it from now on, and takes the focus. */
  follow(): void {
    this.#setFollowing(true);
    this.element.focus();
    this.#scroll();
  }

  /** Removes all lines. */
  clear(): void {
    this.#lines = [];
    this.#shown = 0;
    this.#list.replaceChildren();
  }

  #show({ line, item }: { readonly line: TopicLine; readonly item: HTMLElement }): void {
    item.hidden = !matchesFilter(line, this.#filter, this.#showsTopics ? line.topic : "");
    if (!item.hidden) this.#shown += 1;
  }

  #scroll(): void {
    if (this.#isFollowing) this.element.scrollTop = this.element.scrollHeight;
  }

  #readPosition(): void {
    const { scrollTop, clientHeight, clientWidth, scrollHeight } = this.element;
    const size = `${clientWidth} × ${clientHeight}`;
    // The browser scrolls too when the lines wrap at another width, but only the user may stop the list.
    if (size !== this.#size && this.#isFollowing) return void (this.#size = size);
    this.#size = size;
    this.#setFollowing(scrollTop + clientHeight >= scrollHeight - END_TOLERANCE);
  }

  #setFollowing(isFollowing: boolean): void {
    if (isFollowing === this.#isFollowing) return;
    this.#isFollowing = isFollowing;
    this.onFollow(isFollowing);
  }
}

function createItem({ timeMs, level, name, message, topic }: TopicLine): HTMLElement {
  const isTime = timeMs !== undefined && Math.abs(timeMs) < 8.64e15;
  return create(
    "li",
    { class: `level-${level}`, title: topic },
    create("time", isTime ? { datetime: new Date(timeMs).toISOString() } : {}, isTime ? timeOfDay(timeMs) : ""),
    create("span", { class: "level" }, level),
    create("span", { class: "topic-of-line" }, topic),
    create("span", { class: "name" }, name),
    create("span", { class: "message" }, message),
  );
}
