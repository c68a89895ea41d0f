// AppsPanel: lists what apps would refuse about the server, with the cure.

import type { Finding } from "../../app_checks/finding.ts";
import { countText } from "../data/quantities.ts";
import { clip, create, setText } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import type { AppFindings } from "./app_findings.ts";

const PERIOD_MS = 1000;
/** More problems are counted, but not listed. */
const MAX_LISTED = 50;

/** Shows each problem once. */
export class AppsPanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #findings: AppFindings;
  readonly #list = create("ul", { class: "findings" });
  readonly #note = create("p", { class: "empty" });
  readonly #stop: () => void;
  #shown: readonly Finding[] | undefined;

  constructor(context: PanelContext, findings: AppFindings) {
    this.#context = context;
    this.#findings = findings;
    this.element = create("div", { class: "apps-panel" }, this.#list, this.#note);
    this.#stop = context.onFrame(atMostEvery(PERIOD_MS, () => this.#update()));
  }

  close(): void {
    this.#stop();
  }

  #update(): void {
    const { problems } = this.#findings;
    if (problems === this.#shown || !this.#context.isVisible(this.element)) return;
    this.#shown = problems;
    this.#list.replaceChildren(...problems.slice(0, MAX_LISTED).map(itemOf));
    const hidden = problems.length - MAX_LISTED;
    this.#note.hidden = problems.length > 0 && hidden <= 0;
    setText(
      this.#note,
      hidden > 0
        ? `and ${countText(hidden, "more problem")}: foxglove-ws doctor lists all`
        : "Nothing: apps accept all channels and services. foxglove-ws doctor also checks the network and the messages.",
    );
  }
}

function itemOf({ level, topic, text, cure }: Finding): HTMLElement {
  const subject = topic === undefined ? "" : `${clip(topic, 100)}: `;
  return create(
    "li",
    { "data-level": level === "error" ? "bad" : "warning" },
    create("p", {}, create("strong", {}, level === "error" ? "Error" : "Warning"), ` ${subject}${clip(text, 400)}`),
    ...(cure === undefined ? [] : [create("p", { class: "cure" }, `Cure: ${clip(cure, 400)}`)]),
  );
}
