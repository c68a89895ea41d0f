// Finding: what a check reports about a server. The command doctor and the status page show findings.

/** Whether apps work (`ok`), work in part (`warning`), or do not show something (`error`). */
export type Level = "ok" | "warning" | "error";

/** The parts of a server that are checked, in this order. */
export type CheckName =
  | "address"
  | "network"
  | "tls"
  | "handshake"
  | "token"
  | "origin"
  | "ping"
  | "server"
  | "capabilities"
  | "channels"
  | "services"
  | "messages"
  | "timestamps"
  | "frames"
  | "rates"
  | "clock";

/** The result of a check. */
export interface Finding {
  /** The part of the server. */
  readonly check: CheckName;
  /** How it affects apps. */
  readonly level: Level;
  /** The topic of the channel, if the finding is about one. */
  readonly topic?: string;
  /** The topics, if the finding is about several. */
  readonly topics?: readonly string[];
  /** What was found, without the topic. */
  readonly text: string;
  /** What the owner of the server can do. Present if `level` is not `ok`. */
  readonly cure?: string;
}

/** Returns the finding of a check that passed. */
export function passed(check: CheckName, text: string): Finding {
  return { check, level: "ok", text };
}

/** Returns the finding of something that works only in part. */
export function warning(check: CheckName, text: string, cure: string): Finding {
  return { check, level: "warning", text, cure };
}

/** Returns the finding of something that does not work. */
export function failed(check: CheckName, text: string, cure: string): Finding {
  return { check, level: "error", text, cure };
}

/** Returns the problems of a check, or its `passed()` finding if the list is empty. */
export function problemsOr(problems: readonly Finding[], check: CheckName, text: string): readonly Finding[] {
  return problems.length > 0 ? problems : [passed(check, text)];
}

/** Lists the first `max` names. */
export function listed(names: Iterable<string>, max: number): string {
  const all = [...names];
  return `${all.slice(0, max).join(", ")}${all.length > max ? ", …" : ""}`;
}
