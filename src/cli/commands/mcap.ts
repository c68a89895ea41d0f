// mcap: inspects, checks, repairs, cuts, merges and prints MCAP files.

import { type Command, defineCommand } from "../command.ts";
import { catFile } from "../mcap/cat_file.ts";
import { checkFiles } from "../mcap/check_files.ts";
import { cutFile, mergeFiles } from "../mcap/copy_recordings.ts";
import { fileInfo } from "../mcap/file_info.ts";
import { commandOf } from "../mcap/mcap_action.ts";
import { recoverFile } from "../mcap/recover_file.ts";

const ACTIONS = {
  info: fileInfo,
  check: checkFiles,
  recover: recoverFile,
  cut: cutFile,
  merge: mergeFiles,
  cat: catFile,
};

/** Works on MCAP files. */
export const mcap: Command = defineCommand({
  name: "mcap",
  summary: "inspect, check, repair, cut, merge or print MCAP files",
  actions: Object.entries(ACTIONS).map(([name, action]) => commandOf(name, action)),
  options: {},
  hasServer: false,
  examples: [
    ["mcap info drive.mcap", "prints topics, counts, rates, times and compression"],
    ["mcap recover broken.mcap -o whole.mcap", "repairs a file, for example after a crash"],
    ["mcap cut drive.mcap -o part.mcap --start 60 --end 90", "writes half a minute to a new file"],
    ["mcap cat drive.mcap --topic /odom --json | jq .value", "prints messages as JSON"],
  ],
  permissions: ["--allow-read=FILE", "--allow-write=DIR"],
  run: () => Promise.resolve(),
});
