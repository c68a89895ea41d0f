// checkAssetSize(): rejects assets that are too large.

import { RefusalError } from "./refusal_error.ts";

/** An asset has more than `maxAssetBytes`. */
export class AssetTooLarge extends RefusalError {}

/**
 * Checks the size of an asset. The client gets the text of the error.
 *
 * @throws {AssetTooLarge} If the asset has more than `maxAssetBytes`.
 */
export function checkAssetSize(bytes: number, maxAssetBytes: number): void {
  if (bytes > maxAssetBytes) {
    throw new AssetTooLarge(`it has ${bytes} bytes, more than "maxAssetBytes" allows (${maxAssetBytes})`);
  }
}
