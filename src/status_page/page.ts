// Page: connects the client, the statistics and the parts of the page.

import type { FoxgloveClient, FoxgloveClientListener } from "../client/mod.ts";
import { create } from "./dom.ts";
import { FirstLook, type FirstLookOwner } from "./first_look.ts";
import { atMostEvery, FrameLoop } from "./frame_loop.ts";
import type { Header } from "./header.ts";
import { LayoutStore } from "./layout_store.ts";
import { decodeMessage } from "./message_decoder.ts";
import { MessageHub } from "./message_hub.ts";
import type { PanelContext } from "./panel_context.ts";
import { ServerStatuses } from "./panels/server_statuses.ts";
import { PlotSection } from "./plot/plot_section.ts";
import { Sections } from "./sections/sections.ts";
import { StatsPoller } from "./stats_poller.ts";
import { MessageView } from "./topics/message_view.ts";
import { TopicList } from "./topics/topic_list.ts";
import type { TopicFigures } from "./topics/topic_row.ts";
import { RateMeter } from "./data/rate_meter.ts";
import { Visibility } from "./visibility.ts";

const FIGURES_PERIOD_MS = 1000;
/** Many channels may be advertised one by one. */
const LIST_PERIOD_MS = 200;

/** The whole page below the header. */
export class Page {
  readonly element: HTMLElement;
  readonly #client: FoxgloveClient;
  readonly #header: Header;
  readonly #store = new LayoutStore();
  readonly #poller: StatsPoller;
  readonly #hub: MessageHub;
  readonly #received = new RateMeter<string>();
  readonly #context: PanelContext;
  readonly #plots: PlotSection;
  readonly #topics: TopicList;
  readonly #sections: Sections;
  #isListStale = true;

  constructor(client: FoxgloveClient, statsUrl: URL, header: Header, signal: AbortSignal) {
    this.#client = client;
    this.#header = header;
    const [frames, visibility] = [new FrameLoop(), new Visibility()];
    this.#poller = new StatsPoller(statsUrl, signal, () => this.#showFigures());
    this.#hub = new MessageHub(client, signal);
    this.#context = {
      client,
      decode: decodeMessage,
      statuses: new ServerStatuses(client),
      stats: () => this.#poller.stats,
      onFrame: (draw) => frames.add(draw),
      isVisible: (element) => visibility.isVisible(element),
      signal,
    };
    this.#plots = new PlotSection(this.#context, this.#hub, this.#store);
    this.#topics = new TopicList(client, {
      openView: (topic) => new MessageView(this.#context, this.#hub, topic, this.#plots),
      figures: (topic) => this.#figures(topic),
      onOpenTopics: (topics) => {
        this.#store.layout.topics = [...topics];
        this.#store.save();
      },
    }, this.#store.layout.topics);
    this.#sections = new Sections(this.#context, this.#store);
    header.onProblemsClick = () => this.#sections.revealStatuses();
    const side = create("div", { class: "side" }, this.#plots.element, ...this.#sections.stacks);
    this.element = create("main", {}, this.#topics.element, side);
    client.addListener(this.#listener);
    document.addEventListener("keydown", (event) => this.#focusSearch(event), { signal });
    frames.add(atMostEvery(LIST_PERIOD_MS, () => this.#updateList()));
    frames.add(atMostEvery(FIGURES_PERIOD_MS, () => this.#showFigures()));
    if (this.#store.isNew) new FirstLook(this.#context, this.#hub, this.#firstLookOwner());
  }

  readonly #listener: FoxgloveClientListener = {
    onConnectionState: (_client, state) => {
      if (state.type === "open") this.#topics.connected(performance.now());
      this.#isListStale = true;
    },
    onAdvertise: () => void (this.#isListStale = true),
    onUnadvertise: () => void (this.#isListStale = true),
  };

  #firstLookOwner(): FirstLookOwner {
    const { layout } = this.#store;
    return {
      get isUntouched() {
        return layout.topics.length === 0 && layout.plots.length === 0;
      },
      open: (topic) => this.#topics.open(topic),
      plot: (line) => this.#plots.toggle(line),
    };
  }

  #updateList(): void {
    if (!this.#isListStale) return;
    // Topics that a restarted server does not advertise again are removed later.
    this.#isListStale = !this.#topics.update(performance.now());
    this.#topics.measure();
    this.#sections.update();
  }

  #showFigures(): void {
    if (!this.#poller.stats) this.#received.read(this.#hub.counts, performance.now());
    this.#header.showServer(this.#client, this.#poller.stats, this.#poller.uptimeSeconds);
    this.#header.showProblems(this.#context.statuses.problems);
    this.#topics.measure();
    this.#sections.update();
  }

  #figures(topic: string): TopicFigures {
    const stats = this.#poller.stats;
    if (this.#client.state.type !== "open") return { hz: undefined, subscribers: undefined };
    if (!stats) return { hz: this.#received.rate(topic), subscribers: undefined };
    return { hz: this.#poller.rate(topic), subscribers: this.#poller.subscribers(topic) };
  }

  /** Focuses the search box with "/", unless the user types into a field. */
  #focusSearch(event: KeyboardEvent): void {
    const { target } = event;
    const isTyping = target instanceof HTMLElement && target.matches("input, textarea, select");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#topics.focusSearch();
  }
}
