// treeRows(): a decoded message as a list of rows, one for each member.

import { clip } from "../clip.ts";
import { isObject, isPlottable, MAX_DEPTH, type Path, pathText } from "./numbers_in.ts";
import { numberText } from "./quantities.ts";

/** One member of a value. */
export interface TreeRow {
  readonly path: Path;
  /** The path as text, which identifies the row. */
  readonly id: string;
  readonly depth: number;
  readonly name: string;
  /** The value, or what it contains. Not longer than `MAX_TEXT` and an ellipsis. */
  readonly text: string;
  /** Whether the text is long and should be readable as a whole. */
  readonly isLong: boolean;
  /** Whether a plot can show the value. */
  readonly isPlottable: boolean;
  /** Whether the members of the value have rows; `undefined` if it has no members. */
  readonly isOpen: boolean | undefined;
}

/** More rows are left out. A message may have millions of members. */
const MAX_ROWS = 300;
/** Of one list or object, more members are left out. */
const MAX_MEMBERS = 64;
const MAX_TEXT = 160;
const LONG_TEXT = 32;
/** Deeper objects are closed at first. */
const OPEN_DEPTH = 3;
/** Longer lists are closed at first. */
const OPEN_LENGTH = 8;

/** Returns the rows of a value. `choices`: which members the user has opened or closed, by their ids. */
export function treeRows(value: unknown, choices: ReadonlyMap<string, boolean>): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (item: unknown, path: Path, name: string, depth: number): void => {
    if (rows.length >= MAX_ROWS) return;
    const id = pathText(path);
    const members = membersOf(item);
    const isDefault = depth < OPEN_DEPTH && (!Array.isArray(item) || item.length <= OPEN_LENGTH);
    const isOpen = members === undefined || depth > MAX_DEPTH ? undefined : choices.get(id) ?? isDefault;
    rows.push({
      path,
      id,
      depth,
      name: cut(name),
      text: textOf(item, isOpen),
      isLong: isLong(item),
      isPlottable: isPlottable(item),
      isOpen,
    });
    if (members && isOpen) addMembers(members, item, path, depth + 1);
  };
  const addMembers = ({ shown, hidden }: Members, item: unknown, path: Path, depth: number): void => {
    for (const member of shown) {
      add((item as Record<string | number, unknown>)[member], [...path, member], String(member), depth);
    }
    if (hidden > 0 && rows.length < MAX_ROWS) rows.push(note(path, depth, `… ${hidden} more`));
  };
  const members = membersOf(value);
  if (members === undefined) add(value, [], "value", 0);
  else addMembers(members, value, [], 0);
  if (rows.length >= MAX_ROWS) rows.push(note([], 0, "… more members are not shown"));
  return rows;
}

interface Members {
  readonly shown: readonly (string | number)[];
  readonly hidden: number;
}

function membersOf(item: unknown): Members | undefined {
  if (Array.isArray(item)) {
    const { length } = item;
    if (length === 0) return undefined;
    const shown = Array.from({ length: Math.min(length, MAX_MEMBERS) }, (_, index) => index);
    return { shown, hidden: length - shown.length };
  }
  if (!isObject(item)) return undefined;
  const names = Object.keys(item);
  return names.length === 0 ? undefined : { shown: names.slice(0, MAX_MEMBERS), hidden: names.length - MAX_MEMBERS };
}

function note(path: Path, depth: number, text: string): TreeRow {
  return {
    path,
    id: `${pathText(path)} …`,
    depth,
    name: "",
    text,
    isLong: false,
    isPlottable: false,
    isOpen: undefined,
  };
}

function textOf(item: unknown, isOpen: boolean | undefined): string {
  switch (typeof item) {
    case "number":
      return numberText(item);
    case "string":
      return JSON.stringify(cut(item));
    case "object":
      if (item === null) return "null";
      if (ArrayBuffer.isView(item)) return `${item.byteLength} bytes`;
      if (Array.isArray(item)) return isOpen ? `${item.length} items` : cut(listText(item));
      return isOpen || Object.keys(item).length > 8 ? "" : cut(JSON.stringify(item, shorten) ?? "");
    default:
      return cut(String(item));
  }
}

/** Shows the beginning of a list, with short numbers. */
function listText(items: readonly unknown[]): string {
  const shown = items.slice(0, 8).map((item) =>
    typeof item === "number" ? numberText(item) : JSON.stringify(item, shorten)
  );
  return `[${shown.join(", ")}${items.length > 8 ? `, … ${items.length} items` : ""}]`;
}

function shorten(_name: string, item: unknown): unknown {
  if (typeof item === "bigint") return String(item);
  if (typeof item === "string") return cut(item);
  if (ArrayBuffer.isView(item)) return `${item.byteLength} bytes`;
  if (typeof item === "number") return Number(item.toPrecision(7));
  return Array.isArray(item) && item.length > 8 ? `${item.length} items` : item;
}

function isLong(item: unknown): boolean {
  return typeof item === "string" && item.length > LONG_TEXT;
}

function cut(text: string): string {
  return clip(text, MAX_TEXT);
}
