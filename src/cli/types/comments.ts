// Comments of generated files.

import { wrap } from "../format/wrap.ts";
import { HIDDEN_CHARACTERS } from "./literals.ts";
import { WIDTH } from "./place.ts";

/** Returns a doc comment with its line break, or `""` without paragraphs. */
export function docComment(paragraphs: readonly string[], indent: string): string {
  const texts = paragraphs.map(commentText).filter((text) => text !== "");
  const lines = texts.flatMap((text, index) => [
    // Tags follow each other without an empty line.
    ...(index > 0 && !(isTag(text) && isTag(texts[index - 1]!)) ? [""] : []),
    ...text.split("\n").flatMap((line) => wrap(line, WIDTH - indent.length - 3)),
  ]);
  const [first] = lines;
  if (first === undefined) return "";
  const single = `${indent}/** ${first} */\n`;
  if (lines.length === 1 && single.length <= WIDTH + 1) return single;
  const body = lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n");
  return `${indent}/**\n${body}\n${indent} */\n`;
}

/** Returns text for a comment: it cannot end the comment, and has no control characters besides line breaks. */
export function commentText(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    // deno-lint-ignore no-control-regex -- text of a server must not control the terminal of the reader
    .replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, " ")
    .replace(HIDDEN_CHARACTERS, " ")
    .replaceAll("*/", "*\\/")
    .replace(/[ ]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Returns a name for comments in one line, such as the name of a topic. */
export function quoted(name: string): string {
  return `\`${commentText(name).replace(/\s+/g, " ").replaceAll("`", "'")}\``;
}

/** Returns `a, b and c`, or the same with `or`. */
export function joined(names: readonly string[], word: "and" | "or"): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}

function isTag(text: string): boolean {
  return text.startsWith("@");
}
