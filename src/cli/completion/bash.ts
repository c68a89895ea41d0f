// bashScript(): a script with which bash completes command lines.

import { PROGRAM } from "../help.ts";
import { type CompletedCommand, isPath } from "./completed_command.ts";

/** Returns the script. It also works with bash 3.2, which macOS has. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# Completion of ${PROGRAM} for bash. Load it with: source <(${PROGRAM} completion bash)

# Prints the topics of the server that the command line names.
_foxglove_ws_topics() {
  local -a server
  local index
  for ((index = 2; index + 1 < \${#words[@]}; index++)); do
    case "\${words[index]}" in
      --url | -u | --token) server+=("\${words[index]}" "\${words[index + 1]}") ;;
      --url=* | --token=*) server+=("\${words[index]}") ;;
    esac
  done
  "\${words[0]}" topics --json --timeout 1 \${server[@]+"\${server[@]}"} 2> /dev/null < /dev/null |
    sed -n 's/^{"topic":"\\([^"\\\\]*\\)".*/\\1/p'
}

_foxglove_ws() {
  # Not COMP_WORDS: it splits addresses at their colon.
  local line="\${COMP_LINE:0:COMP_POINT}"
  local -a words candidates options paths values
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local count=\${#words[@]} operands= candidate
  local current="\${words[count - 1]}" previous="\${words[count > 1 ? count - 2 : 0]}"
  COMPREPLY=()
  if ((count <= 2)); then
    candidates=(${[...commands.map(({ name }) => name), "help", "--help"].join(" ")})
  else
    case "\${words[1]}" in
${commands.map(commandCase).join("\n")}
      help) [[ $count -eq 3 ]] && options=(${commands.map(({ name }) => name).join(" ")}) ;;
      *) return ;;
    esac
    case " \${paths[*]} " in
      *" $previous "*)
        compopt -o default 2> /dev/null
        return
        ;;
    esac
    case " \${values[*]} " in *" $previous "*) return ;; esac
    candidates=("\${options[@]}")
    # Where nothing matches, bash completes files.
    [[ $operands == files && $current != -* ]] && compopt -o default 2> /dev/null
    if [[ $operands == topics && $current != -* ]]; then
      while IFS= read -r candidate; do candidates+=("$candidate"); done < <(_foxglove_ws_topics)
    fi
  fi
  # Not compgen -W: it would run commands that the name of a topic contains.
  for candidate in "\${candidates[@]}"; do
    [[ $candidate == "$current"* ]] || continue
    [[ $operands == files && $candidate == -* && $current != -* ]] && continue
    # Readline replaces only the text after the last colon or equals sign.
    [[ $current == *[:=]* ]] && candidate="\${candidate#"\${current%"\${current##*[:=]}"}"}"
    printf -v candidate %q "$candidate"
    COMPREPLY+=("$candidate")
  done
}

complete -F _foxglove_ws ${PROGRAM}`;
}

function commandCase({ name, options, words, hasTopics, hasFiles }: CompletedCommand): string {
  const flagsOf = (each: typeof options) => each.flatMap(({ flags }) => flags).join(" ");
  const paths = options.filter(isPath);
  const values = options.filter((option) => option.value !== undefined && !isPath(option));
  return [
    `      ${name})`,
    `        options=(${flagsOf(options)})`,
    ...(paths.length > 0 ? [`        paths=(${flagsOf(paths)})`] : []),
    ...(values.length > 0 ? [`        values=(${flagsOf(values)})`] : []),
    ...(words.length > 0 ? [`        [[ $count -eq 3 ]] && options+=(${words.join(" ")})`] : []),
    ...(hasTopics ? ["        operands=topics"] : []),
    ...(hasFiles ? ["        operands=files"] : []),
    "        ;;",
  ].join("\n");
}
