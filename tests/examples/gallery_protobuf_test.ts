// protobuf_server.ts: its reports, its permissions, and the descriptor of its .proto file.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import reflection from "npm:protobufjs@8.8.1";
import descriptorExtension from "npm:protobufjs@8.8.1/ext/descriptor/index.js";
import type { Report } from "../../examples/protobuf_server.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { Program } from "../support/program.ts";
import { PROJECT } from "../support/project_files.ts";

const ASSETS = new URL("examples/assets/", PROJECT);

/** The names, numbers, types and rules of all fields and enum values of the package `weather`, by full name. */
function outline(root: reflection.Root): Record<string, unknown> {
  root.resolveAll();
  const { nestedArray } = root.lookup("weather") as reflection.Namespace;
  return Object.fromEntries(nestedArray.map((type) => [
    type.fullName,
    type instanceof reflection.Type
      ? type.fieldsArray.map((field) => [
        field.name,
        field.id,
        field.resolvedType?.fullName ?? field.type,
        field.repeated,
      ])
      : { ...(type as reflection.Enum).values },
  ]));
}

Deno.test("protobuf_server.ts sends reports that change, with nested messages, enums and times", async () => {
  await using server = await startExample("protobuf_server.ts");
  await using client = await FoxgloveClient.connect(server.url, { reconnect: false });
  const reports = client.subscribe("/weather").decoded<Report>();
  const [first, second] = [(await reports.next()).value!, (await reports.next()).value!];
  assertEquals([first.channel.encoding, first.channel.schemaName], ["protobuf", "weather.Report"]);
  for (const { value: { time, station, sky, humidity, wind, forecasts } } of [first, second]) {
    assertEquals([station, sky >= 1 && sky <= 3, humidity >= 0 && humidity <= 100], ["harbour", true, true]);
    assertEquals(wind.speed >= 0 && wind.direction >= 0 && wind.direction < 360, true);
    // The forecasts are for 1 to 3 hours of a day that takes a minute.
    assertEquals(forecasts.map((forecast) => forecast.time - time), [2_500_000_000n, 5_000_000_000n, 7_500_000_000n]);
  }
  assertEquals([second.value.time > first.value.time, second.value.wind.speed !== first.value.wind.speed], [
    true,
    true,
  ]);

  await assertChannels(client, ["/weather"]);
  await assertLayout("protobuf", client);
});

Deno.test("weather.binpb has the messages and enums of weather.proto", async () => {
  const parsed = reflection.parse(await Deno.readTextFile(new URL("weather.proto", ASSETS)), { keepCase: true }).root;
  const timestamp = reflection.common.get("google/protobuf/timestamp.proto");
  if (timestamp?.nested) parsed.addJSON(timestamp.nested);

  const { FileDescriptorSet } = descriptorExtension as unknown as {
    FileDescriptorSet: { decode(bytes: Uint8Array): { file: { name: string; dependency: string[] }[] } };
  };
  const set = FileDescriptorSet.decode(await Deno.readFile(new URL("weather.binpb", ASSETS)));
  const Root = reflection.Root as unknown as { fromDescriptor(set: unknown): reflection.Root };
  const expected = outline(parsed);
  assertEquals(Object.keys(expected), [".weather.Sky", ".weather.Wind", ".weather.Forecast", ".weather.Report"]);
  assertEquals(outline(Root.fromDescriptor(set)), expected);
  assertEquals(set.file.map(({ name }) => name), ["google/protobuf/timestamp.proto", "weather.proto"]);
});

Deno.test("protobuf_server.ts needs to read only the folder of its descriptor", async () => {
  const program = new URL("examples/protobuf_server.ts", PROJECT).href;
  const allowRead = `--allow-read=${decodeURIComponent(ASSETS.pathname)}`;
  await using running = new Program("--allow-net", allowRead, ...IMPORT_MAP, program, "--port", "0");
  assertStringIncludes(await running.line(), "Listening on ");
});
