// mcap check: reads files completely, and prints what is wrong with them.

import type { McapCheckReport } from "../../mcap/check/check_report.ts";
import { Failure } from "../failure.ts";
import { countText } from "../../quantities.ts";
import type { McapAction } from "./mcap_action.ts";
import { openNamedSource, RECOVER_HINT } from "./open_recording.ts";
import { WorkProgress } from "./work_progress.ts";

/** More faults of a file are only counted. */
const MAX_LINES = 20;

/** Checks files. */
export const checkFiles: McapAction = {
  summary: "read everything and print what is wrong",
  about:
    "It verifies the structure, all checksums, and the indexes and statistics against the data. The exit code is 1 " +
    "if a file is broken. --json prints one object for each file.",
  usage: "FILE…",
  maxFiles: Infinity,
  options: [],
  examples: [["mcap check drive_*.mcap", "checks several files"]],
  async run(paths, { output, isJson, signal }) {
    const { checkMcap } = await import("../../mcap/check/check_mcap.ts");
    let broken = 0;
    for (const path of paths) {
      const { source, close } = await openNamedSource(path);
      const progress = new WorkProgress(output, isJson);
      const { size } = source;
      const onProgress = (bytes: number) => progress.update(size === 0 ? 1 : bytes / size, bytes);
      const report = await checkMcap(source, { signal, onProgress }).finally(async () => {
        progress.end();
        await close();
      });
      if (report.findings.length > 0) broken += 1;
      if (isJson) output.json({ file: path, isWhole: report.findings.length === 0, ...report });
      else for (const line of reportLines(path, report)) output.line(line);
    }
    if (broken > 0) {
      throw new Failure(`${paths.length === 1 ? "the file is" : brokenText(broken)} broken; ${RECOVER_HINT}`);
    }
  },
};

function brokenText(count: number): string {
  return `${countText(count, "file")} ${count === 1 ? "is" : "are"}`;
}

function reportLines(path: string, report: McapCheckReport): string[] {
  const { messages, chunks, attachments, metadata, lateMessages, findings, moreFindings } = report;
  const counts = [
    countText(messages, "message"),
    ...(chunks > 0 ? [countText(chunks, "chunk")] : []),
    ...(attachments > 0 ? [countText(attachments, "attachment")] : []),
    ...(metadata > 0 ? [countText(metadata, "metadata record")] : []),
    ...(lateMessages > 0 ? [`${lateMessages} out of the order of time, which is allowed`] : []),
  ].join(", ");
  const count = findings.length + moreFindings;
  return [
    `${path}: ${count === 0 ? "whole" : countText(count, "fault")}; ${counts}`,
    ...findings.slice(0, MAX_LINES).map(({ offset, problem }) => `  byte ${offset}: ${problem}`),
    ...(count > MAX_LINES ? [`  and ${count - MAX_LINES} more`] : []),
  ];
}
