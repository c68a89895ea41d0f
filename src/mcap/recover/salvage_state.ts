// SalvageState: what the parts of a salvage share.

import type { Definitions } from "../reader/definitions.ts";
import type { MessageCollector } from "../reader/message_collector.ts";
import type { ReadLimits } from "../reader/read_limits.ts";
import type { FindRecordOptions } from "./find_record.ts";
import type { SalvageTally } from "./salvage_tally.ts";

/** What was read of a broken file so far, and how to read on. */
export interface SalvageState {
  readonly limits: ReadLimits;
  readonly findOptions: FindRecordOptions;
  /** The schemas and channels that were read so far. */
  readonly definitions: Definitions;
  /** Has the messages that were read, until they are yielded. */
  readonly collector: MessageCollector;
  readonly tally: SalvageTally;
}
