// Facts about a service for its form: whether it takes JSON, an example request, and the text of a response.

import type { Service, ServiceResult } from "../../client/mod.ts";
import { isLongInteger, mayContainLongInteger, parseExactly, stringifyExactly } from "../../protocol/json_numbers.ts";
import { textOf } from "../../error_text.ts";
import { clip } from "../clip.ts";
import { exampleOfText } from "./example_request.ts";
import { bytesText } from "../data/quantities.ts";

/** Longer responses are cut. */
const MAX_RESPONSE = 50_000;
const MAX_HEX_BYTES = 256;

/** Returns why the page cannot call a service; `undefined` if it can. `encodings` are the server's. */
export function uncallableReason(service: Service, encodings: readonly string[] | undefined): string | undefined {
  const declared = service.request?.encoding;
  if (declared !== undefined && declared !== "") {
    return declared === "json" ? undefined : `Requests are in "${clip(declared, 40)}". This page sends only JSON.`;
  }
  if (!encodings || encodings.length === 0 || encodings.includes("json")) return undefined;
  return `The server accepts ${clip(encodings.map((each) => `"${each}"`).join(", "), 100)}. This page sends only JSON.`;
}

/** Returns the text of a request with which the user can begin. */
export function exampleRequest({ request, requestSchema }: Service): string {
  const schema = request && request.schemaEncoding === "jsonschema" ? request.schema : requestSchema;
  const example = typeof schema === "string" ? exampleOfText(schema) : {};
  return JSON.stringify(example, undefined, 2);
}

/** Returns what is wrong with the text of a request; `undefined` if it is JSON. */
export function requestMistake(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `Not JSON: ${textOf(error)}`;
  }
}

/** Returns the text of a response: JSON with one member in each line, other text as it is, and other bytes in hex. */
export function responseText({ encoding, payload }: ServiceResult): string {
  const size = bytesText(payload.length);
  if (payload.length === 0) return "(empty)";
  const shown = payload.subarray(0, MAX_RESPONSE * 4);
  let text: string;
  try {
    // A shortened response may end within a character, which is not an error.
    text = new TextDecoder("utf-8", { fatal: true }).decode(shown, { stream: shown.length < payload.length });
  } catch {
    return `(${size}, encoding "${clip(encoding, 40)}")\n${hexOf(payload)}`;
  }
  return clip(prettyJson(text) ?? text, MAX_RESPONSE);
}

function prettyJson(text: string): string | undefined {
  try {
    const value = mayContainLongInteger(text) ? parseExactly(text) : JSON.parse(text);
    return JSON.stringify(value, (_, member) => isLongInteger(member) ? stringifyExactly(member) : member, 2);
  } catch {
    return undefined;
  }
}

function hexOf(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, MAX_HEX_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > MAX_HEX_BYTES ? `${shown} …` : shown;
}
