// parseByteSize(): sizes that a user names, such as 500M.

import { usageError } from "./failure.ts";

const FACTORS: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/**
 * Returns the bytes of a size such as `500M`, `1.5G` or `4096`. K, M, G and T are powers of 1024.
 *
 * @throws {Failure} If the text is not a size.
 */
export function parseByteSize(option: string, text: string): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (FACTORS[unit.toUpperCase()] ?? NaN);
  if (bytes >= 1) return Math.floor(bytes);
  throw usageError(`--${option} requires a size such as 500M or 2G, not "${text}"`);
}
