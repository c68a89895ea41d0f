// Sends messages of your own .proto file: assets/weather.proto, by the descriptor that protoc makes of it.
// Needs --allow-net and --allow-read=examples/assets. To make the descriptor again, after a change of the .proto file:
//   cd examples/assets && protoc --include_imports --descriptor_set_out=weather.binpb weather.proto

import { delay } from "@std/async/delay";
import { FoxgloveServer, protobuf, runCancellable, timeNs } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

/** The enum `weather.Sky`. */
const Sky = { CLEAR: 1, CLOUDY: 2, RAIN: 3 } as const;

/** The message `weather.Report`. Members have the names of the .proto file, and times are bigints in ns. */
export interface Report {
  time: bigint;
  station: string;
  sky: number;
  temperature: number;
  humidity: number;
  wind: { speed: number; direction: number };
  forecasts: { time: bigint; sky: number; temperature: number }[];
}

/** In the simulated weather, a day takes a minute. */
const DAY_NS = 60_000_000_000n;

/** The weather at a time. */
function weatherAt(time: bigint): Omit<Report, "station" | "forecasts"> {
  const angle = 2 * Math.PI * Number(time % DAY_NS) / Number(DAY_NS);
  const humidity = 60 + 30 * Math.cos(angle);
  return {
    time,
    sky: humidity > 80 ? Sky.RAIN : humidity > 50 ? Sky.CLOUDY : Sky.CLEAR,
    temperature: 16 - 7 * Math.cos(angle),
    humidity,
    wind: { speed: 4 + 2 * Math.sin(3 * angle), direction: 225 + 30 * Math.sin(2 * angle) },
  };
}

if (import.meta.main) {
  const options = listenOptions("Sends weather reports as protobuf, 10 times a second.");
  const descriptor = await Deno.readFile(new URL("assets/weather.binpb", import.meta.url));
  const codec = protobuf<Report>({ descriptor, type: "weather.Report" });
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example protobuf server" });
    const weather = server.channel("/weather", codec);
    await startAndAnnounce(server, signal);
    while (true) {
      await delay(100, { signal });
      const now = timeNs();
      const forecasts = [1n, 2n, 3n].map((hours) => {
        const { time, sky, temperature } = weatherAt(now + hours * DAY_NS / 24n);
        return { time, sky, temperature };
      });
      weather.send({ ...weatherAt(now), station: "harbour", forecasts });
    }
  });
}
