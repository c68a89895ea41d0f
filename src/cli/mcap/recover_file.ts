// mcap recover: writes what can be read of a broken file to a new one.

import type { McapInput } from "../../mcap/mod.ts";
import { McapError } from "../../mcap/records/mcap_error.ts";
import { Failure } from "../failure.ts";
import { bytesText, countText } from "../../quantities.ts";
import { type McapAction, targetOf, type TargetOptions, writeFailure } from "./mcap_action.ts";
import { faultReason, openNamedSource, recordingFailure } from "./open_recording.ts";
import { WorkProgress } from "./work_progress.ts";

/** The exit code if data was lost, as that of the format's own tool. */
const LOSSY = 2;

/** Recovers a file. */
export const recoverFile: McapAction = {
  summary: "write what can be read of a broken file to a new one",
  about: "The new file has all indexes. The exit code is 2 if data was lost. --json prints what was found and lost.",
  usage: "FILE --output FILE",
  maxFiles: 1,
  options: ["output", "force", "compression"],
  examples: [["mcap recover broken.mcap -o whole.mcap", "repairs a file, for example after a crash"]],
  async run([path = ""], invocation) {
    const { output, isJson, signal } = invocation;
    const target = await targetOf(invocation, [path]);
    const { recover } = await import("../../mcap/recover/recover.ts");
    const progress = new WorkProgress(output, isJson);
    const open = await openNamedSource(path);
    let position = 0;
    const { size } = open.source;
    const source: McapInput = {
      size,
      read(offset, length, signal) {
        // The summary is read out of turn.
        if (offset === position) position += length;
        return open.source.read(offset, length, signal);
      },
    };
    try {
      const report = await recover(source, target.path, {
        overwrite: target.overwrite,
        compression: target.compression,
        signal,
        onProgress: () => progress.update(position / size, position),
      }).finally(() => progress.end());
      const { messages, attachments, metadata, fault, damagedBytes, gaps, skippedMessages, isLossy } = report;
      if (isJson) output.json({ ...report, fault: fault?.message, output: target.path });
      else {output.line(
          `Recovered ${countText(messages, "message")} to ${target.path}${othersText(attachments, metadata)}`,
        );}
      if (!isLossy) return;
      if (messages + attachments + metadata === 0) throw new Failure(`"${path}" has nothing to recover`);
      const parts = [
        ...(damagedBytes > 0 ? [`${bytesText(damagedBytes)} could not be read`] : []),
        ...(gaps > 0 ? [`messages may be missing at ${countText(gaps, "place")}`] : []),
        ...(skippedMessages > 0
          ? [`${countText(skippedMessages, "message")} ${skippedMessages === 1 ? "has" : "have"} no channel`]
          : []),
      ];
      const why = fault ? `; ${faultReason(fault)}` : "";
      throw new Failure(`data was lost: ${parts.join(", ")}${why}`, { exitCode: LOSSY });
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof Failure ? error : await explained(error, path, target);
    } finally {
      await open.close();
    }
  },
};

async function explained(error: unknown, path: string, target: TargetOptions): Promise<unknown> {
  return error instanceof McapError ? recordingFailure(path, error, "") : await writeFailure(error, target);
}

function othersText(attachments: number, metadata: number): string {
  const parts = [
    ...(attachments > 0 ? [countText(attachments, "attachment")] : []),
    ...(metadata > 0 ? [countText(metadata, "metadata record")] : []),
  ];
  return parts.length > 0 ? `, with ${parts.join(" and ")}` : "";
}
