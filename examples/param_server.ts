// Parameters that clients get, set and watch. One is a counter, one has a range, and one is read-only.

import { delay } from "@std/async/delay";
import { FoxgloveServer, runCancellable } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

if (import.meta.main) {
  const options = listenOptions("Serves parameters; int_param counts up every second.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example param server" });
    const parameters = server.parameters({
      "int_param": { value: 0 },
      "float_param": { value: 0.5, min: 0, max: 1, step: 0.1, description: "A number from 0 to 1" },
      "mode_param": { value: "auto", oneOf: ["auto", "manual"] },
      "str_param": { value: "asdf" },
      "bool_param": { value: true },
      "int_array_param": { value: [1, 2, 3] },
      "str_array_param": { value: ["abc", "def", "fgh"] },
      "bool_array_param": { value: [true, false, true] },
      "read_only_str_param": { value: "can't change me", readOnly: true },
    });
    parameters.onChange("mode_param", (mode) => console.log(`The mode is ${mode} now`));
    server.setListener({
      onParametersSubscribe: (_server, names, subscribe) =>
        console.log(subscribe ? "Watched:" : "No longer watched:", names),
    });
    await startAndAnnounce(server, signal);
    for (let value = 1;; value++) {
      await delay(1000, { signal });
      parameters.set("int_param", value);
    }
  });
}
