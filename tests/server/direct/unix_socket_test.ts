// FoxgloveServer on a Unix socket: the option "path".

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { NodeProcess } from "../../runtimes/node_process.ts";
import { runAll } from "../../runtimes/runner.ts";
import { IMPORT_MAP } from "../../support/import_map.ts";
import { Program } from "../../support/program.ts";
import { UNIX_SOCKET_CASES } from "./fixtures/unix_socket_cases.ts";

const CASES = new URL("./fixtures/unix_socket_cases.ts", import.meta.url).href;
const SERVER = new URL("./fixtures/starts_on_unix_socket.ts", import.meta.url).href;

Deno.test("FoxgloveServer rejects a path that is not valid, or that contradicts other options", () => {
  const create = (options: object) => () => new FoxgloveServer({ name: "robot", transport: "direct", ...options });
  const path = "/run/robot/ws.sock";
  for (
    const [options, text] of [
      [{ path: "" }, '"path" is empty'],
      [{ path: "\0robot" }, '"path" contains a NUL character'],
      [{ path: new URL("file:///ws.sock") }, '"path" is an URL, not text'],
      [{ path, hostname: "127.0.0.1" }, '"path" and "hostname" must not be set together'],
      [{ path, port: 0 }, '"path" and "port" must not be set together'],
      [{ path, cert: "x", key: "x" }, '"path" and "cert" must not be set together'],
      [{ path, transport: "native" }, '"path" requires the transport "direct"'],
      // The default of Deno.
      [{ path, transport: undefined }, '"path" requires the transport "direct"'],
    ] as const
  ) assertThrows(create(options), TypeError, `Cannot create a server: ${text}`);
  create({ path })();
});

Deno.test({
  name: "FoxgloveServer on a Unix socket",
  ignore: Deno.build.os === "windows",
  async fn(t) {
    const folder = await Deno.makeTempDir();
    const flags = ["--no-prompt", "--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-run"];
    try {
      await using process = new NodeProcess(Deno.execPath(), "run", ...flags, ...IMPORT_MAP, CASES, folder);
      await runAll(t, UNIX_SOCKET_CASES, (name) => process.run(name));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "FoxgloveServer on a Unix socket needs the permissions to read, to write and to use its path",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/ws.sock`;
    const needed = [`--allow-read=${path}`, `--allow-write=${path}`, `--allow-net=unix:${path}`];
    const start = async (flags: string[]) => {
      await using program = new Program(...flags, SERVER, path);
      const { lines, stderr } = await program.ended();
      assertEquals(stderr, "");
      return lines;
    };
    for (const [index, access] of ["read", "write", "net"].entries()) {
      const [line = "", ...more] = await start(needed.toSpliced(index, 1));
      assertStringIncludes(line, `NotCapable: Cannot listen on ${path}: Requires ${access} access to "`);
      assertEquals(more, []);
    }
    assertEquals(await start(needed), [`Listening on ws+unix:${path}:/`, "closed"]);
    await Deno.remove(folder, { recursive: true });
  },
});
