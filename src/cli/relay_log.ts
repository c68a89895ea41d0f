// isStateLine(): whether a line in the log of a relay is about the connection of an upstream.

/** What follows the name of the upstream. */
const STATE = / is (?:connected(?: again)?|not (?:connected|relayed): .*)$/sy;

/**
 * Whether `RelayReport` prints the same in its own words. The names must be exact: text that a robot chooses follows
 * its name and a colon, and may end like such a line.
 */
export function isStateLine(line: string, names: readonly string[]): boolean {
  return names.some((name) => {
    STATE.lastIndex = `Relay: ${name}`.length;
    return line.startsWith(`Relay: lost ${name}: `) || line.startsWith(`Relay: ${name}`) && STATE.test(line);
  });
}
