// checkServesExpress(): the server of the installed package within Express.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { FRAMEWORKS_FOLDER } from "../../tools/peers.ts";
import { Program } from "../support/program.ts";
import { PROJECT } from "../support/project_files.ts";
import { type InstalledPackage, NAME } from "./installed_package.ts";

/** Runs `examples/node/express_server.mjs` with the package, in a folder that also has Express. */
export async function checkServesExpress(installed: InstalledPackage, executable: string): Promise<void> {
  const example = await Deno.readTextFile(new URL("examples/node/express_server.mjs", PROJECT));
  const folder = `${installed.folder}/express`;
  await Deno.mkdir(`${folder}/node_modules`, { recursive: true });
  for (const { name } of Deno.readDirSync(`${FRAMEWORKS_FOLDER}/node_modules`)) {
    await Deno.symlink(`${FRAMEWORKS_FOLDER}/node_modules/${name}`, `${folder}/node_modules/${name}`);
  }
  try {
    await Deno.writeTextFile(`${folder}/server.mjs`, example.replace('"../../mod.ts"', `"${NAME}"`));
    await using program = new Program({ executable }, `${folder}/server.mjs`, "0");
    const [, port] = /:(\d+)\/ws$/.exec(await program.line()) ?? [];
    const response = await fetch(`http://127.0.0.1:${port}/lamp/on`, { method: "PUT" });
    assertEquals(await response.json(), { apps: 0 });
    await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}/ws`, { reconnect: false });
    const { value: update } = await client.subscribe("/lamp").json().next();
    assertEquals(update?.value, { isOn: true });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
