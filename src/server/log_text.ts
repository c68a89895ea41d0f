// Escapes unsafe characters in texts and errors for the log, so that peers cannot forge or hide log lines.

import { PLATFORM } from "../platform.ts";
import { countText } from "../quantities.ts";

/** Control characters, line breaks, characters that change the text direction, and lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const NAMED = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);

/** Longer texts are cut, because peers choose some texts, and hooks put payloads into errors. In UTF-16 units. */
const MAX_CHARS = 4096;
/** How many errors of one detail are kept, nested causes included, and how many extra members of each error. */
const MAX_ERRORS = 20;
const MAX_MEMBERS = 20;

const UNREADABLE = "a value that cannot be shown";

/**
 * Returns `text` as one line: escapes unsafe characters, for example as `\n` or `\x1b`, and cuts text that is too long.
 */
export function onOneLine(text: string): string {
  const cut = text.length - MAX_CHARS;
  const kept = cut > 0 ? `${text.slice(0, MAX_CHARS)}… (${countText(cut, "more character")})` : text;
  return kept.replace(UNSAFE, escaped);
}

/**
 * Makes a detail safe to pass to a logger. Never throws.
 *
 * An error whose texts are safe is returned unchanged. Any other error is copied with escaped texts. Each frame of its
 * stack stays on a line of its own. Other objects become text.
 */
export function safeDetail(detail: unknown): unknown {
  try {
    return safe(detail, { left: MAX_ERRORS });
  } catch {
    return UNREADABLE;
  }
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return NAMED.get(character) ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`);
}

/** How many more errors may be kept. Causes need a limit, because they can form a cycle. */
interface Budget {
  left: number;
}

function safe(value: unknown, budget: Budget): unknown {
  if (typeof value === "string") return onOneLine(value);
  if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") return value;
  if (value === null) return value;
  return value instanceof Error ? safeError(value, budget) : onOneLine(PLATFORM.inspect(value));
}

type Member = readonly [name: string, value: unknown];

/** Members that are not enumerable, so that an inspected error does not list them again. */
const TEXTS: readonly string[] = ["name", "message", "stack", "cause", "errors"];

function safeError(error: Error, budget: Budget): unknown {
  if (budget.left === 0) return "…";
  budget.left -= 1;
  const members = membersOf(error);
  const safeMembers = members.map((member): Member => [member[0], safeMember(member, members, budget)]);
  const isSame = safeMembers.every(([, value], index) => Object.is(value, members[index]?.[1]));
  if (isSame && isPlain(error, members)) return error;
  const copy = new Error();
  for (const [name, value] of safeMembers) {
    Object.defineProperty(copy, name, { value, enumerable: !TEXTS.includes(name), writable: true, configurable: true });
  }
  return copy;
}

/**
 * The members of an error that loggers show. Reads each member once, because a getter may return another value next
 * time.
 */
function membersOf(error: Error): Member[] {
  const others = Object.keys(error).filter((name) => !TEXTS.includes(name)).slice(0, MAX_MEMBERS);
  return [...TEXTS.filter((name) => name in error), ...others].map((name) => [name, Reflect.get(error, name)]);
}

/**
 * Whether a logger reads the same values as we did: the error is not a proxy, and has no getters except the engine's
 * `stack`.
 */
function isPlain(error: Error, members: readonly Member[]): boolean {
  return PLATFORM.isError(error) &&
    members.every(([name]) => name === "stack" || !Object.getOwnPropertyDescriptor(error, name)?.get);
}

function safeMember([name, value]: Member, members: readonly Member[], budget: Budget): unknown {
  if (name === "name" || name === "message") return onOneLine(String(value));
  if (name === "stack") return safeStack(String(value), members);
  if (name === "errors" && Array.isArray(value)) return safeErrors(value, budget);
  if (name === "cause" || value instanceof Error || typeof value === "string") return safe(value, budget);
  const text = PLATFORM.inspect(value);
  return onOneLine(text) === text ? value : onOneLine(text);
}

/** Returns the same array if all errors in it are safe. */
function safeErrors(errors: readonly unknown[], budget: Budget): readonly unknown[] {
  const kept = errors.slice(0, MAX_ERRORS).map((error) => safe(error, budget));
  return kept.length === errors.length && kept.every((error, index) => error === errors[index]) ? errors : kept;
}

/**
 * Escapes a stack, except the line breaks before its frames. The message comes first, and may contain text that looks
 * like a frame.
 */
function safeStack(stack: string, members: readonly Member[]): string {
  const head = members.filter(([name]) => name === "message" || name === "name").map(([, value]) => String(value));
  const headEnd = Math.max(...head.map((text) => stack.includes(text) ? stack.indexOf(text) + text.length : 0));
  const [rest = "", ...lines] = stack.slice(headEnd, headEnd + MAX_CHARS).split("\n");
  const frames = lines.map((line) => (/^ {4}at /.test(line) ? "\n" : "\\n") + onOneLine(line));
  return onOneLine(stack.slice(0, headEnd)) + onOneLine(rest) + frames.join("");
}
