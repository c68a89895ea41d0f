// Parameters that clients get, set and watch. One is a counter, and one is read-only.

import { delay } from "@std/async/delay";
import { FoxgloveServer, type FoxgloveServerListener, type ParameterValue, runCancellable } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const store = new Map<string, ParameterValue>([
  ["int_param", 0],
  ["str_param", "asdf"],
  ["bool_param", true],
  ["int_array_param", [1, 2, 3]],
  ["str_array_param", ["abc", "def", "fgh"]],
  ["bool_array_param", [true, false, true]],
  ["read_only_str_param", "can't change me"],
]);

function read(names: readonly string[]) {
  return [...store].filter(([name]) => names.length === 0 || names.includes(name)).map(([name, value]) => ({
    name,
    value,
  }));
}

const listener: FoxgloveServerListener = {
  onGetParameters: (_server, names) => read(names),
  onSetParameters: (_server, parameters) => {
    for (const { name, value } of parameters) {
      if (name.startsWith("read_only")) continue;
      if (value === undefined) store.delete(name);
      else store.set(name, value);
    }
    // The values now in force, which may differ from the requested ones.
    return read(parameters.map(({ name }) => name));
  },
  onParametersSubscribe: (_server, names, subscribe) =>
    console.log(subscribe ? "Watched:" : "No longer watched:", names),
};

if (import.meta.main) {
  const options = listenOptions("Serves parameters; int_param counts up every second.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({
      ...options,
      name: "example param server",
      capabilities: ["parameters", "parametersSubscribe"],
      listener,
    });
    await startAndAnnounce(server, signal);
    for (let value = 1;; value++) {
      await delay(1000, { signal });
      store.set("int_param", value);
      server.updateParameters([{ name: "int_param", value }]);
    }
  });
}
