// TopicList: the topics of the server, with a search box.

import type { Channel, FoxgloveClient } from "../../client/mod.ts";
import { countText } from "../data/quantities.ts";
import { create, setText } from "../dom.ts";
import type { Panel } from "../panel_context.ts";
import { type TopicFigures, TopicRow } from "./topic_row.ts";

/** More rows are left out until the search finds them. */
const MAX_ROWS = 1000;
/** After a reconnect, the server may need this long to advertise everything. In ms. */
const SETTLE_MS = 2000;

/** What the list asks of the page. */
export interface TopicListOwner {
  /** Makes the view of the newest message of a topic. */
  openView(topic: string): Panel;
  figures(topic: string): TopicFigures;
  /** The user has opened or closed topics: these are open. */
  onOpenTopics(topics: readonly string[]): void;
}

/** The list. It keeps its rows while the server is away. */
export class TopicList {
  readonly element: HTMLElement;
  readonly #owner: TopicListOwner;
  readonly #client: FoxgloveClient;
  readonly #list = create("ul", { class: "topics" });
  readonly #search: HTMLInputElement;
  readonly #count = create("span", { class: "badge", role: "status" });
  readonly #empty = create("p", { class: "empty" });
  readonly #rows = new Map<string, TopicRow>();
  /** Topics that are opened as soon as the server advertises them. */
  readonly #toOpen: Set<string>;
  /** The first channel of each topic that the server advertises. */
  #channels: ReadonlyMap<string, Channel> = new Map();
  #openedAtMs = -Infinity;

  constructor(client: FoxgloveClient, owner: TopicListOwner, open: readonly string[]) {
    this.#client = client;
    this.#owner = owner;
    this.#toOpen = new Set(open);
    this.#search = create("input", {
      type: "search",
      "aria-label": "Search topics and schemas",
      placeholder: "Search topics and schemas",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.#search.addEventListener("input", () => this.#show());
    const title = create("h2", { id: "topics-title" }, "Topics");
    const columns = create(
      "p",
      { class: "columns", "aria-hidden": "true" },
      create("span", {}, "Topic"),
      create("span", { class: "kind" }, "Schema · encoding"),
      create("span", { class: "rate" }, "Rate"),
      create("span", { class: "subscribers" }, "Subs"),
    );
    this.element = create(
      "section",
      { class: "card topic-card", "aria-labelledby": "topics-title" },
      create("div", { class: "head" }, title, this.#count, this.#search),
      columns,
      this.#list,
      this.#empty,
    );
    this.#list.addEventListener("keydown", (event) => this.#moveFocus(event));
  }

  /** Call when a connection opens. */
  connected(nowMs: number): void {
    this.#openedAtMs = nowMs;
  }

  /** Shows the advertised topics. Returns whether the list is final, until the server advertises something else. */
  update(nowMs: number): boolean {
    if (this.#client.state.type !== "open") return true;
    const isSettled = nowMs - this.#openedAtMs > SETTLE_MS;
    const channels = new Map<string, Channel>();
    for (const channel of this.#client.channels.values()) {
      if (!channels.has(channel.topic)) channels.set(channel.topic, channel);
    }
    for (const [topic, row] of this.#rows) {
      if (channels.has(topic)) continue;
      if (isSettled) this.#remove(row);
      else row.element.classList.add("gone");
    }
    this.#channels = channels;
    this.#show();
    return isSettled;
  }

  #show(): void {
    const words = this.#search.value.toLowerCase().split(/\s+/);
    const matches = (channel: Channel) => words.every((word) => searchedText(channel).includes(word));
    const names = [...this.#channels.keys()].sort(compareNames);
    const matching = names.filter((topic) => matches(this.#channels.get(topic)!));
    const isMatching = new Set(matching);
    // Rows that do not match stay, so that they keep what is open. Too many rows would make the page slow.
    const listed = names.length <= MAX_ROWS ? names : matching.slice(0, MAX_ROWS);
    const isListed = new Set(listed);
    for (const [topic, row] of this.#rows) if (this.#channels.has(topic) && !isListed.has(topic)) this.#remove(row);
    let previous: Element | undefined;
    for (const topic of listed) {
      const row = this.#rows.get(topic) ?? this.#add(topic);
      row.describe(this.#channels.get(topic)!);
      row.element.hidden = !isMatching.has(topic);
      const place = previous ? previous.nextElementSibling : this.#list.firstElementChild;
      if (place !== row.element) this.#list.insertBefore(row.element, place);
      previous = row.element;
    }
    this.#describe(names.length, matching.length);
  }

  #describe(total: number, matching: number): void {
    const all = countText(total, "topic");
    setText(this.#count, matching === total ? all : `${matching} of ${all}`);
    const isCut = matching > MAX_ROWS;
    this.#empty.hidden = matching > 0 && !isCut;
    if (isCut) setText(this.#empty, `The first ${MAX_ROWS} topics are listed: search to find others`);
    else setText(this.#empty, total === 0 ? "The server advertises no topics yet" : "No topic matches");
  }

  /** Shows the current figures. */
  measure(): void {
    for (const row of this.#rows.values()) if (!row.element.hidden) row.measure(this.#owner.figures(row.topic));
  }

  /** Opens a topic, now or when it is listed. */
  open(topic: string): void {
    const row = this.#rows.get(topic);
    if (row) row.isOpen = true;
    else this.#toOpen.add(topic);
    this.#report();
  }

  /** Focuses the search box. */
  focusSearch(): void {
    this.#search.focus();
  }

  #add(topic: string): TopicRow {
    const row = new TopicRow(topic, () => this.#owner.openView(topic), () => this.#report());
    this.#rows.set(topic, row);
    if (this.#toOpen.delete(topic)) row.isOpen = true;
    return row;
  }

  #remove(row: TopicRow): void {
    if (row.isOpen) this.#toOpen.add(row.topic);
    row.isOpen = false;
    row.element.remove();
    this.#rows.delete(row.topic);
  }

  #report(): void {
    const open = [...this.#rows.values()].filter(({ isOpen }) => isOpen).map(({ topic }) => topic);
    this.#owner.onOpenTopics([...open, ...this.#toOpen]);
  }

  #moveFocus(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 || !(event.target instanceof HTMLElement) || !event.target.matches(".topic")) return;
    const buttons = [...this.#list.querySelectorAll<HTMLElement>("li:not([hidden]) > .topic")];
    const next = buttons[buttons.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

function searchedText({ topic, schemaName }: Channel): string {
  return `${topic}\n${schemaName}`.slice(0, 1000).toLowerCase();
}

function compareNames(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
