// The bound on how large an asset may be.

import { RefusalError } from "./refusal_error.ts";

/** Throws what a client is told about an asset that is larger than it may be. */
export function checkAssetSize(bytes: number, maxAssetBytes: number): void {
  if (bytes > maxAssetBytes) throw new RefusalError(`its ${bytes} bytes are more than the ${maxAssetBytes} allowed`);
}
