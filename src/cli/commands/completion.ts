// completion: prints a script with which a shell completes command lines.

import { type Command, defineCommand } from "../command.ts";
import { bashScript } from "../completion/bash.ts";
import { completedCommand } from "../completion/completed_command.ts";
import { zshScript } from "../completion/zsh.ts";
import { usageError } from "../failure.ts";

const SCRIPTS = new Map([["bash", bashScript], ["zsh", zshScript]]);

/** Creates the command that completes other commands. They are not known before all commands exist. */
export function createCompletion(commands: () => readonly Command[]): Command {
  return defineCommand({
    name: "completion",
    summary: "print a completion script for bash or zsh",
    about:
      "With it, the shell completes commands, options and the topics of the server. The script expects the program under " +
      'the name "foxglove-ws", as "deno install" and "npm install" create it.',
    operands: { usage: [...SCRIPTS.keys()].join("|"), min: 1, max: 1 },
    options: {},
    hasServer: false,
    hasJson: false,
    examples: [
      ["completion bash >> ~/.bash_completion", "installs it for bash"],
      ['completion zsh > "${fpath[1]}/_foxglove-ws"', "installs it for zsh"],
    ],
    run({ operands: [shell = ""], output }) {
      const script = SCRIPTS.get(shell);
      if (!script) throw usageError(`unknown shell "${shell}": use ${[...SCRIPTS.keys()].join(" or ")}`);
      output.line(script(commands().map(completedCommand)));
      return Promise.resolve();
    },
  });
}
