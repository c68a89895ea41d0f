// assets: fetches files from a server.

import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { RequestError } from "../../client/mod.ts";
import { firstLineOf } from "../../error_text.ts";
import { requireCapability } from "../capability.ts";
import { type Command, defineCommand } from "../command.ts";
import { Failure, usageError } from "../failure.ts";
import { bytesText } from "../../quantities.ts";

/** Fetches an asset. */
export const assets: Command = defineCommand({
  name: "assets",
  summary: "fetch a file of the server, such as a mesh",
  about: "Without -o, writes the file to stdout, unless stdout is a terminal. --allow-write is needed only for -o.",
  operands: { usage: "get URI", min: 2, max: 2 },
  options: {
    output: { type: "text", short: "o", value: "FILE", help: "the file to write" },
  },
  hasJson: false,
  examples: [
    ["assets get package://arm/arm.urdf -o arm.urdf", "writes a file"],
    ["assets get package://arm/arm.urdf | xmllint -", "pipes it into another program"],
  ],
  permissions: ["--allow-write=DIR"],
  async run({ operands: [action, uri = ""], options, output, signal, connect }) {
    if (action !== "get") throw usageError(`unknown action "${action}": use "assets get URI"`);
    const file = options.output;
    if (file === undefined && output.isTerminal) {
      throw usageError("a terminal cannot show the file: write it with -o FILE, or pipe it into a program");
    }
    const client = await connect();
    requireCapability(client, "assets");
    let bytes: Uint8Array;
    try {
      bytes = await client.fetchAsset(uri, { signal });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw new Failure(`the server cannot send "${uri}": ${error.detail}`, { cause: error });
    }
    if (file === undefined) return output.bytes(bytes);
    try {
      await writeFile(file, bytes, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw new Failure(`cannot write "${file}": ${firstLineOf(error)}`, { cause: error });
    }
    output.line(`${bytesText(bytes.byteLength)} written to ${resolve(file)}`);
  },
});
