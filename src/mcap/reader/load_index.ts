// loadIndex(): finds out where everything is in a file.

import { McapError } from "../records/mcap_error.ts";
import { Definitions } from "./definitions.ts";
import type { FileIndex, Segment } from "./file_index.ts";
import { MessageCollector } from "./message_collector.ts";
import { MessageFilter } from "./message_filter.ts";
import { readSummary, type Summary } from "./read_summary.ts";
import type { ReadLimits } from "./read_limits.ts";
import { scanFile } from "./scan_file.ts";
import type { SeekableSource } from "./seekable_source.ts";
import { SegmentLoader } from "./segment_loader.ts";

/** A file whose index is known. */
export interface LoadedIndex {
  /** Where its parts are. */
  readonly index: FileIndex;
  /** Its schemas and channels. */
  readonly definitions: Definitions;
}

/**
 * Reads the summary of a file. If it is missing or unusable, scans the heads of all records. Then reads chunks until
 * all channels are known.
 *
 * @throws {unknown} If the source fails.
 */
export async function loadIndex(
  source: SeekableSource,
  options: ReadLimits,
  signal: AbortSignal | undefined,
): Promise<LoadedIndex> {
  let definitions = new Definitions("keep");
  let summary: Summary | undefined;
  let fault: McapError | undefined;
  try {
    summary = await readSummary(source, definitions, options, signal);
  } catch (error) {
    if (!(error instanceof McapError)) throw error;
    fault = error;
    // A broken summary may define channels wrongly.
    definitions = new Definitions("keep");
  }
  let index = summary?.index;
  if (!index || !summary?.isComplete) {
    const scanned = await scanFile(source, definitions, options, signal);
    index = { ...scanned, statistics: index?.statistics, fault: scanned.fault ?? fault };
  }
  if (hasAllDefinitions(index, definitions)) return { index, definitions };
  const segments = await readDefinitions(index.segments, definitions, new SegmentLoader(source, options), signal);
  return { index: { ...index, segments }, definitions };
}

function hasAllDefinitions({ statistics }: FileIndex, { channels, schemas }: Definitions): boolean {
  return statistics !== undefined && statistics.channelCount === channels.size &&
    statistics.schemaCount === schemas.size;
}

/** Reads chunks in the order of the file until all channels are known. Returns the segments with their channels. */
async function readDefinitions(
  segments: readonly Segment[],
  definitions: Definitions,
  loader: SegmentLoader,
  signal: AbortSignal | undefined,
): Promise<Segment[]> {
  const collector = new MessageCollector(definitions, new MessageFilter());
  const unknown = new Set(segments.flatMap(({ channelIds = [] }) => [...channelIds]));
  const isKnown = (id: number) => definitions.isComplete(id);
  const result: Segment[] = [];
  for (const segment of segments.toSorted((a, b) => a.offset - b.offset)) {
    for (const id of unknown) if (isKnown(id)) unknown.delete(id);
    const isNeeded = segment.isChunk && (segment.channelIds === undefined || unknown.size > 0);
    result.push(isNeeded ? await readChannels(segment, loader, collector, signal) : segment);
  }
  return result;
}

async function readChannels(
  segment: Segment,
  loader: SegmentLoader,
  collector: MessageCollector,
  signal: AbortSignal | undefined,
): Promise<Segment> {
  try {
    const bytes = await loader.read(segment, signal);
    // A loop that reads the chunk again reports its fault.
    if (loader.collect(segment, bytes, collector)) return segment;
    return { ...segment, channelIds: segment.channelIds ?? new Set(collector.take().map(({ channel }) => channel.id)) };
  } catch (error) {
    if (error instanceof McapError) return segment;
    throw error;
  } finally {
    collector.take();
  }
}
