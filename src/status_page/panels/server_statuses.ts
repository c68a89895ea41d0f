// ServerStatuses: the statuses of the server since the page was opened, also while no panel shows them.

import type { FoxgloveClient, FoxgloveClientListener } from "../../client/mod.ts";
import { countText } from "../data/quantities.ts";
import { type StatusEntry, StatusList } from "./status_list.ts";

/** The warnings and errors of the server, in a few words. */
export interface ProblemSummary {
  /** Such as `1 error, 2 warnings`; empty if there is neither. */
  readonly text: string;
  /** The highest level. */
  readonly level: "" | "warning" | "bad";
}

/** Follows the statuses of the server. */
export class ServerStatuses {
  readonly #list = new StatusList();
  #changes = 0;
  readonly #listener: FoxgloveClientListener = {
    onStatus: (_, status) => this.#change(() => this.#list.add(status, Date.now())),
    onRemoveStatus: (_, ids) => this.#change(() => this.#list.remove(ids)),
    // The other statuses stay, because the last ones before a restart may explain it.
    onConnectionState: (_, { type }) => type === "open" && this.#change(() => this.#list.removeIdentified()),
  };

  constructor(client: FoxgloveClient) {
    for (const status of client.statuses.values()) this.#list.add(status, Date.now());
    client.addListener(this.#listener);
  }

  /** How often the statuses have changed. */
  get changes(): number {
    return this.#changes;
  }

  /** The number of statuses, of all levels. */
  get size(): number {
    return this.#list.size;
  }

  /** The warnings and errors. */
  get problems(): ProblemSummary {
    const [errors, warnings] = [this.#list.count("error"), this.#list.count("warning")];
    const parts = [errors > 0 ? countText(errors, "error") : "", warnings > 0 ? countText(warnings, "warning") : ""];
    return {
      text: parts.filter((part) => part !== "").join(", "),
      level: errors > 0 ? "bad" : warnings > 0 ? "warning" : "",
    };
  }

  /** Returns the statuses: errors first, and within a level the newest first. */
  sorted(): StatusEntry[] {
    return this.#list.sorted();
  }

  /** Removes all statuses, because the user has read them. */
  clear(): void {
    this.#change(() => this.#list.clear());
  }

  #change(apply: () => void): void {
    apply();
    this.#changes += 1;
  }
}
