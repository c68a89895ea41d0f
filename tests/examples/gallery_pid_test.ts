// pid_server.ts: the loop follows its parameters and the service, and its default gains hold the temperature.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { Oven, Pid } from "../../examples/pid_server.ts";
import { FoxgloveClient, RequestError } from "../../src/client/mod.ts";
import { startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";

interface Sample {
  setpoint: number;
  measured: number;
  error: number;
  output: number;
}

Deno.test("pid_server.ts heats the oven, and follows its parameters and /disturb", async () => {
  await using server = await startExample("pid_server.ts");
  await using client = await FoxgloveClient.connect(server.url, { reconnect: false });
  const samples = client.subscribe("/pid").decoded<Sample>();
  const until = async (accept: (sample: Sample) => boolean): Promise<Sample> => {
    for (;;) {
      const { value: message } = await samples.next();
      if (!message) throw new Error("the subscription has ended");
      const { setpoint, measured, error, output } = message.value;
      assertEquals([error, output >= 0 && output <= 100], [setpoint - measured, true]);
      if (accept(message.value)) return message.value;
    }
  };

  const first = await until(() => true);
  assertEquals(first.setpoint, 60);
  await until(({ measured }) => measured > first.measured + 5);

  await client.setParameters([{ name: "/setpoint", value: 150 }, { name: "/pid/kp", value: 50 }]);
  await until(({ setpoint, output }) => setpoint === 150 && output === 100);
  await client.setParameters(["kp", "ki", "kd"].map((gain) => ({ name: `/pid/${gain}`, value: 0 })));
  const off = await until(({ output }) => output === 0);

  const disturb = client.service<{ celsius: number }, { measured: number }>("/disturb");
  const { measured } = await disturb.call({ celsius: 30 });
  assertEquals(measured < off.measured - 10, true);
  assertEquals((await until((sample) => sample.measured < off.measured - 10)).output, 0);
  await assertRejects(() => disturb.call({ celsius: 51 }), RequestError, "celsius must be a number from 0 to 50");
  await assertRejects(() => client.setParameters([{ name: "/pid/kp", value: 51 }]), RequestError);

  await assertChannels(client, ["/pid"]);
  await assertLayout("pid", client);
});

Deno.test("pid_server.ts: the default gains hold the temperature, also after a disturbance", async () => {
  await using server = await startExample("pid_server.ts");
  await using client = await FoxgloveClient.connect(server.url, { reconnect: false });
  const names = ["/pid/kp", "/pid/ki", "/pid/kd", "/setpoint"];
  const parameters = new Map((await client.getParameters(names)).map(({ name, value }) => [name, value]));
  const [kp = 0, ki = 0, kd = 0, setpoint = 0] = names.map((name) => Number(parameters.get(name)));

  const [oven, pid] = [new Oven(), new Pid()];
  const errorAfter = (steps: number): number => {
    for (let step = 0; step < steps; step++) oven.step(pid.output({ kp, ki, kd }, setpoint, oven.celsius));
    return Math.abs(setpoint - oven.celsius);
  };
  assertEquals([errorAfter(1) > 30, errorAfter(1500) < 2], [true, true]);
  oven.celsius -= 15;
  assertEquals([errorAfter(1) > 10, errorAfter(1500) < 2], [true, true]);
});
