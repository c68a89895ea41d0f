// mcap: inspects, repairs, cuts, merges and prints MCAP files.

import { type Command, defineCommand } from "../command.ts";
import { usageError } from "../failure.ts";
import { catFile } from "../mcap/cat_file.ts";
import { cutFile, mergeFiles } from "../mcap/copy_recordings.ts";
import { fileInfo } from "../mcap/file_info.ts";
import { checkAction, MCAP_OPTIONS, type McapAction } from "../mcap/mcap_action.ts";
import { recoverFile } from "../mcap/recover_file.ts";

const ACTIONS: Readonly<Record<string, McapAction>> = {
  info: fileInfo,
  recover: recoverFile,
  cut: cutFile,
  merge: mergeFiles,
  cat: catFile,
};

/** Works on MCAP files. */
export const mcap: Command = defineCommand({
  name: "mcap",
  summary: "inspect, repair, cut, merge or print MCAP files",
  about:
    "recover writes everything that can be read to a new file, and ends with code 2 if data was lost. cut selects " +
    "messages by topic and time. merge sorts the messages of several files by time. cat decodes messages as echo does. " +
    "info, recover, cut and merge print one object with --json.",
  operands: { usage: "info|recover|cut|merge|cat FILE…", min: 1, max: Infinity },
  options: MCAP_OPTIONS,
  hasServer: false,
  examples: [
    ["mcap info drive.mcap", "prints topics, counts, rates, times and compression"],
    ["mcap recover broken.mcap -o whole.mcap", "repairs a file, for example after a crash"],
    ["mcap cut drive.mcap -o part.mcap --start 60 --end 90", "writes half a minute to a new file"],
    ["mcap merge drive_*.mcap -o drive.mcap", "makes one file of several"],
    ["mcap cat drive.mcap --topic /odom --json | jq .value", "prints messages as JSON"],
  ],
  permissions: ["--allow-read=FILE", "--allow-write=DIR"],
  async run(invocation) {
    const [name = "", ...paths] = invocation.operands;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!action) throw usageError(`unknown action "${name}": use ${Object.keys(ACTIONS).join(", ")}`);
    checkAction(name, action, paths, invocation);
    await action.run(paths, invocation);
  },
});
