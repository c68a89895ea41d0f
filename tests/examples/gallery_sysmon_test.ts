// sysmon_server.ts: the load of this machine, its permissions, and how it calculates.

import { assertEquals } from "@std/assert/equals";
import { busyPercents, networkBytes } from "../../examples/sysmon_server.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { Program } from "../support/program.ts";
import { PROJECT } from "../support/project_files.ts";

const FILE = new URL("examples/sysmon_server.ts", PROJECT).href;

function isPercent(value: number): boolean {
  return value >= 0 && value <= 100;
}

Deno.test("sysmon_server.ts sends the load of each core and the memory", async () => {
  await using server = await startExample("sysmon_server.ts");
  await using client = await FoxgloveClient.connect(server.url, { reconnect: false });
  const cpus = client.subscribe("/cpu").json<{ mean: number; cores: number[] }>();
  const memories = client.subscribe("/memory").json<{ percent: number; used: number; total: number }>();
  for (let round = 0; round < 2; round++) {
    const { mean, cores } = (await cpus.next()).value!.value;
    assertEquals([cores.length >= navigator.hardwareConcurrency, cores.every(isPercent), isPercent(mean)], [
      true,
      true,
      true,
    ]);
    const { percent, used, total } = (await memories.next()).value!.value;
    assertEquals([used > 0, used <= total, Math.abs(percent - 100 * used / total) < 0.001], [true, true, true]);
  }
  await assertChannels(client, ["/cpu", "/log", "/memory"]);
});

Deno.test({
  name: "sysmon_server.ts sends the traffic of the network if all permissions are granted",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using program = new Program("--allow-all", ...IMPORT_MAP, FILE, "--port", "0");
    const url = (await program.line()).replace("Listening on ", "");
    await using client = await FoxgloveClient.connect(url, { reconnect: false });
    const networks = client.subscribe("/network").json<Record<string, number>>();
    const { value } = (await networks.next()).value!;
    assertEquals(Object.keys(value), ["receivedBytesPerSecond", "sentBytesPerSecond"]);
    assertEquals(Object.values(value).every((rate) => rate >= 0), true);
    await assertChannels(client, ["/cpu", "/log", "/memory", "/network"]);
    await assertLayout("sysmon", client);
  },
});

Deno.test("sysmon_server.ts names the missing permission in one line", async () => {
  await using program = new Program("--allow-net", ...IMPORT_MAP, FILE, "--port", "0");
  const { code, lines, stderr } = await program.ended();
  const text = "Cannot read the load of this machine: run with --allow-sys=cpus,systemMemoryInfo\n";
  assertEquals([code, lines, stderr], [1, [], text]);
});

Deno.test("busyPercents() compares two readings of each core", () => {
  const core = (user: number, idle: number) => ({ times: { user, nice: 0, sys: 0, idle, irq: 0 } });
  const before = [core(100, 900), core(500, 500), core(7, 7)];
  assertEquals(busyPercents(before, [core(200, 900), core(525, 575), core(7, 7)]), [100, 25, 0]);
  // A core that was not there before has no earlier reading.
  assertEquals(busyPercents([], [core(200, 900)]), [0]);
  // Linux may correct the time without work.
  assertEquals(busyPercents([core(100, 900)], [core(300, 890)]), [100]);
});

Deno.test("networkBytes() adds up all networks but lo", () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1000000    100    0    0    0     0          0         0  1000000     100    0    0    0     0       0          0
  eth0:     300      2    0    0    0     0          0         0       40       1    0    0    0     0       0          0
 wlan0:      50      1    0    0    0     0          0         0        2       1    0    0    0     0       0          0
`;
  assertEquals(networkBytes(text), { received: 350, sent: 42 });
});
