// parseServerText() and parseClientText(): parse a text message and check its op. Its other fields are not read yet.

import { isObject } from "./json_object.ts";
import { JsonFields, type ReportInvalid } from "./json_fields.ts";
import { mayContainLongInteger, mayContainNonFinite, parseExactly } from "./json_numbers.ts";
import { ProtocolError } from "./protocol_error.ts";

/** How many characters of a topic or a name an error text repeats. */
const MAX_LABEL = 100;

/**
 * Parses a client's text message and checks only its op. Throws a {@linkcode ProtocolError} if the text is not valid.
 */
export function parseClientText(text: string): JsonFields {
  return parseFields(() => parseKeepingDigits(text));
}

/**
 * Parses a server's text message and checks only its op. Throws a {@linkcode ProtocolError} if the text is not valid.
 * With `onError`, invalid parts of the message are reported and left out when the fields are read.
 */
export function parseServerText(text: string, onError?: (error: ProtocolError) => void): JsonFields {
  const parse = () => {
    try {
      return parseKeepingDigits(text);
    } catch (error) {
      if (mayContainNonFinite(text)) return parseExactly(text);
      throw error;
    }
  };
  return parseFields(parse, onError && reportTo(onError));
}

/**
 * Parses JSON. Keeps all digits of integers in parameters; other messages do not have such long integers. Most messages
 * are parsed once, without a search for long integers.
 */
function parseKeepingDigits(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const mayBeParameters = isObject(value) && (value["op"] === "setParameters" || value["op"] === "parameterValues");
  return mayBeParameters && mayContainLongInteger(text) ? parseExactly(text) : value;
}

function parseFields(parse: () => unknown, report?: ReportInvalid): JsonFields {
  let value: unknown;
  try {
    value = parse();
  } catch (cause) {
    // `cause` is a RangeError if an engine runs out of stack because of deep nesting.
    throw new ProtocolError("invalid-json", "Cannot read text message: not JSON", { cause });
  }
  if (!isObject(value)) throw new ProtocolError("not-an-object", "Cannot read text message: its JSON is not an object");
  const op = value["op"];
  if (typeof op !== "string") throw new ProtocolError("missing-op", "Cannot read text message: op must be a string");
  return new JsonFields(op, value, "read", report);
}

/** Returns a function that reports errors to `onError` and adds the topic or name of the entry to the error text. */
function reportTo(onError: (error: ProtocolError) => void): ReportInvalid {
  return (error, label) => {
    if (!(error instanceof ProtocolError)) throw error;
    if (label === undefined) return onError(error);
    const text = `${error.message}, in "${label.slice(0, MAX_LABEL)}"`;
    onError(new ProtocolError(error.code, text, error));
  };
}
