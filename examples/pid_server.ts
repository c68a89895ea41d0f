// A PID controller heats a simulated oven, 50 times a second. Tune it in a Parameters panel while a plot shows the
// result. The service /disturb opens the oven's door.

import { delay } from "@std/async/delay";
import { FoxgloveServer, json, RefusalError, runCancellable } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const STEP_SECONDS = 0.02;

/** The simulated plant: a heating element warms the oven, and the oven loses heat to a draughty room. */
export class Oven {
  celsius = 20;
  #seconds = 0;
  #elementPercent = 0;

  step(percent: number): void {
    this.#seconds += STEP_SECONDS;
    const room = 20 + 4 * Math.sin(this.#seconds / 2);
    this.#elementPercent += (percent - this.#elementPercent) * STEP_SECONDS / 0.5;
    this.celsius += (room + 2 * this.#elementPercent - this.celsius) * STEP_SECONDS / 10;
  }
}

/** The controller: returns a power from 0 to 100 %. */
export class Pid {
  #integral = 0;
  #lastMeasured: number | undefined;

  output({ kp, ki, kd }: { kp: number; ki: number; kd: number }, setpoint: number, measured: number): number {
    const error = setpoint - measured;
    // Limited, so that the integral does not grow while the power is at its maximum.
    this.#integral = clamp(this.#integral + ki * error * STEP_SECONDS, 0, 100);
    // The slope of the measured value: that of the error would jump with the setpoint.
    const slope = (measured - (this.#lastMeasured ?? measured)) / STEP_SECONDS;
    this.#lastMeasured = measured;
    return clamp(kp * error + (ki > 0 ? this.#integral : 0) - kd * slope, 0, 100);
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

if (import.meta.main) {
  const options = listenOptions("Controls a simulated oven; its gains and its setpoint are parameters.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example PID server" });
    const parameters = server.parameters({
      "/setpoint": { value: 60, min: 20, max: 150, step: 1, description: "Target temperature in °C" },
      "/pid/kp": { value: 5, min: 0, max: 50, step: 0.5, description: "Proportional gain in % per °C" },
      "/pid/ki": { value: 1, min: 0, max: 20, step: 0.1, description: "Integral gain in % per °C and second" },
      "/pid/kd": { value: 1, min: 0, max: 20, step: 0.1, description: "Derivative gain in % per °C/s" },
    });
    const oven = new Oven();
    const pid = new Pid();
    server.service("/disturb", ({ celsius }: { celsius: number }) => {
      if (!(celsius >= 0 && celsius <= 50)) throw new RefusalError("celsius must be a number from 0 to 50");
      oven.celsius -= celsius;
      return { measured: oven.celsius };
    }, { type: "Disturb", request: json({ example: { celsius: 15 } }), response: json({ example: { measured: 45 } }) });
    // Temperatures in °C, the output in %.
    const channel = server.channel("/pid", json({ example: { setpoint: 60, measured: 20, error: 40, output: 0 } }));
    await startAndAnnounce(server, signal);
    while (true) {
      await delay(STEP_SECONDS * 1000, { signal });
      const [setpoint, measured] = [parameters.get("/setpoint"), oven.celsius];
      const gains = { kp: parameters.get("/pid/kp"), ki: parameters.get("/pid/ki"), kd: parameters.get("/pid/kd") };
      const output = pid.output(gains, setpoint, measured);
      channel.send({ setpoint, measured, error: setpoint - measured, output });
      oven.step(output);
    }
  });
}
