// Shows the console of an existing program in the Log panel, also its uncaught errors. The program does not change:
//   deno run --allow-net --allow-read examples/log_to_panel.ts --program my_program.ts

import { delay } from "@std/async/delay";
import { format } from "node:util";
import { pathToFileURL } from "node:url";
import { FoxgloveServer, runCancellable } from "../mod.ts";
import { Log, type LogChannel, LogLevel, logTo } from "../src/schemas/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

/** For each method of the console, the method of a logger with the same level. */
const METHODS = { debug: "debug", log: "info", info: "info", warn: "warn", error: "error" } as const;

/** Publishes all that the console prints, in addition to printing it. `name`: apps filter by it. */
export function consoleTo(channel: LogChannel, name: string): void {
  const logger = logTo(channel, { name, logger: false });
  for (const method of Object.keys(METHODS) as (keyof typeof METHODS)[]) {
    const print = console[method];
    console[method] = (...args: unknown[]) => {
      print.apply(console, args);
      // Writes %s, objects and errors like the console does.
      logger[METHODS[method]](format(...args));
    };
  }
}

/** Calls `crash` with each error that would end the program, instead of ending it. */
function onUncaught(crash: (error: unknown) => Promise<void>): void {
  addEventListener("error", (event) => {
    event.preventDefault();
    crash(event.error);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    crash(event.reason);
  });
}

/** An existing program, if --program names no other one: it only knows the console. */
async function sortParcels(signal: AbortSignal): Promise<void> {
  for (let parcel = 1;; parcel++) {
    const kg = parcel * 7 % 32;
    console.debug("Scanned", { parcel, kg });
    if (kg > 25) console.warn(`Parcel ${parcel} has ${kg} kg: belt B is made for 25 kg`);
    if (kg === 14) console.error("Cannot sort parcel %d:", parcel, new TypeError("the label has no address"));
    else console.log("Parcel %d goes to belt %s", parcel, kg < 8 ? "A" : "B");
    await delay(800, { signal });
  }
}

if (import.meta.main) {
  const { program, ...address } = listenOptions("Shows the console of a program in the Log panel.", {
    program: { default: "", help: "--program <file>  the program to run (default: one that sorts parcels)" },
  });
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...address, name: "example log" });
    const log = server.channel("/log", Log, { latch: { depth: 200 } });
    await startAndAnnounce(server, signal);
    const name = program || "parcels";
    consoleTo(log, name);
    const crash = async (error: unknown) => {
      const message = format("Uncaught", error);
      log.send({ level: LogLevel.FATAL, name, message });
      Deno.stderr.writeSync(new TextEncoder().encode(`${message}\n`));
      await server.close(); // after the line is sent
      Deno.exit(1);
    };
    onUncaught(crash);
    if (program === "") return await sortParcels(signal);
    import(pathToFileURL(program).href).catch(crash);
    // Serves the log until Ctrl-C, also after the program has ended.
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await server.close();
    Deno.exit(); // ends the timers of the program
  });
}
