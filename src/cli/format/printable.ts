// printable(): text of a server that a terminal may show.

// deno-lint-ignore no-control-regex -- these are the characters to replace
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f]/g;

/** Replaces control characters. A terminal would execute them, for example in the name of a topic. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL_CHARACTERS, "\ufffd");
}
