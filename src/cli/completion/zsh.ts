// zshScript(): a script with which zsh completes command lines.

import { PROGRAM } from "../help.ts";
import { type CompletedCommand, type CompletedOption, isPath } from "./completed_command.ts";

/** Returns the script. It can be loaded, or be a file `_foxglove-ws` in a folder of `fpath`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef ${PROGRAM}
# Completion of ${PROGRAM} for zsh. Load it with: source <(${PROGRAM} completion zsh)

# Adds the topics of the server that the command line names.
_foxglove_ws_topics() {
  local -a server topics
  local index
  for ((index = 2; index < CURRENT; index++)); do
    case $words[index] in
      --url | -u | --token) server+=("$words[index]" "$words[index+1]") ;;
      --url=* | --token=*) server+=("$words[index]") ;;
    esac
  done
  topics=(\${(f)"$(${PROGRAM} topics --json --timeout 1 $server 2> /dev/null < /dev/null |
    sed -n 's/^{"topic":"\\([^"\\\\]*\\)".*/\\1/p')"})
  compadd -a topics
}

_foxglove_ws() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join("\n")}
    ${quote("help:print the help of a command")}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${commands.map(commandCase).join("\n")}
    help) _describe command commands ;;
  esac
}

if [[ $funcstack[1] == _foxglove_ws ]]; then
  _foxglove_ws "$@"
else
  compdef _foxglove_ws ${PROGRAM}
fi`;
}

function commandCase({ name, options, words, hasTopics, hasFiles }: CompletedCommand): string {
  const specs = [
    ...options.flatMap(optionSpecs),
    ...(words.length > 0 ? [quote(`1:word:(${words.join(" ")})`)] : []),
    ...(hasTopics ? [quote("*:topic:_foxglove_ws_topics")] : []),
    ...(hasFiles ? [quote("*:file:_files")] : []),
  ];
  return [`    ${name})`, `      _arguments \\`, ...specs.map((spec) => `        ${spec} \\`), "        ;;"]
    .join("\n")
    .replace(/ \\\n {8};;$/, "\n      ;;");
}

/** One option may have several flags. Each excludes the others. */
function optionSpecs(option: CompletedOption): string[] {
  const { flags, help, value } = option;
  const excluded = flags.length > 1 ? `(${flags.join(" ")})` : "";
  const argument = value === undefined ? "" : `:${value}:${isPath(option) ? "_files" : ""}`;
  const text = help.replace(/[\\[\]]/g, "\\$&");
  return flags.map((flag) => quote(`${excluded}${flag}[${text}]${argument}`));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
