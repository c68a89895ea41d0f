// RawImage: an uncompressed image, and PixelFormat: how its pixels become those of a canvas.

/** The alpha of a pixel that is not transparent. */
export const OPAQUE = 0xff000000;

/** An uncompressed image. */
export interface RawImage {
  /** Width, in pixels. */
  readonly width: number;
  /** Height, in pixels. */
  readonly height: number;
  /** The format of the pixels, such as `rgb8`. */
  readonly encoding: string;
  /** The distance between the starts of two rows, in bytes. 0 means that the rows follow each other without a gap. */
  readonly step: number;
  /** Whether numbers of more than one byte begin with their highest byte. */
  readonly isBigEndian: boolean;
  /** The rows. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** How the pixels of an encoding become RGBA. */
export interface PixelFormat {
  /** Returns how many bytes a row has at least. */
  rowBytes(width: number): number;
  /** Returns how many rows `data` has. Default: the height of the image. */
  rows?(height: number): number;
  /**
   * Writes all pixels. In each, red is the lowest byte, and alpha the highest. `data` has all rows, and `step` is
   * not 0.
   */
  convert(image: RawImage, pixels: Uint32Array): void;
}
