// ImageCanvas: draws decoded messages with images on a canvas.

import { clip, create } from "../dom.ts";
import { measureEncodedImage } from "./encoded_image.ts";
import { type ImageMessage, readImageMessage } from "./image_message.ts";
import type { RawImage } from "./pixel_format.ts";
import { checkImageSize, toRgba } from "./raw_image.ts";

/** The canvas of an image panel. */
export class ImageCanvas {
  readonly element: HTMLCanvasElement = create("canvas", { role: "img", width: 1, height: 1, hidden: true });
  readonly #context: CanvasRenderingContext2D | null = this.element.getContext("2d");
  /** The pixels of the last image, which the next one of the same size overwrites. */
  #rgba: Uint8ClampedArray<ArrayBuffer> | undefined;

  /**
   * Draws an image. Files are decoded first, and drawn only if `isWanted()` still holds then.
   *
   * Returns size and format, such as `640 × 480 · rgb8`; `undefined` if the image was not drawn.
   *
   * @throws {TypeError | RangeError} When the message is not an image, or its image is too large.
   * @throws {Error} When the browser cannot decode the file.
   */
  async draw(
    type: ImageMessage["type"],
    value: unknown,
    topic: string,
    isWanted: () => boolean,
  ): Promise<string | undefined> {
    const message = readImageMessage(type, value);
    const format = message.type === "raw"
      ? this.#drawPixels(message.image)
      : await this.#drawFile(message.file, isWanted);
    if (format === undefined) return undefined;
    const { width, height } = this.element;
    this.element.setAttribute("aria-label", `Newest image of ${clip(topic)}, ${width} × ${height} pixels`);
    return `${width} × ${height} · ${format}`;
  }

  /** Forgets the image. */
  clear(): void {
    this.element.setAttribute("aria-label", "No image yet");
    this.#rgba = undefined;
    this.#resize(1, 1);
    this.#context?.clearRect(0, 0, 1, 1);
  }

  #drawPixels(image: RawImage): string {
    const { width, height, encoding } = image;
    this.#rgba = toRgba(image, this.#rgba);
    this.#resize(width, height);
    this.#context?.putImageData(new ImageData(this.#rgba, width, height), 0, 0);
    return encoding;
  }

  /** Returns the format; `undefined` if the image was not drawn. */
  async #drawFile(file: Uint8Array<ArrayBuffer>, isWanted: () => boolean): Promise<string | undefined> {
    const header = measureEncodedImage(file);
    if (!header) throw new TypeError("Cannot show the image: it is not a complete JPEG, PNG, WebP or AVIF");
    checkImageSize(header.width, header.height);
    const bitmap = await createImageBitmap(new Blob([file], { type: header.mediaType })).catch((cause) => {
      throw new Error(`Cannot show the image: the browser cannot decode this ${header.mediaType}`, { cause });
    });
    try {
      if (!isWanted()) return undefined;
      const { width, height } = bitmap;
      this.#resize(width, height);
      // A transparent image would show the one before it.
      this.#context?.clearRect(0, 0, width, height);
      this.#context?.drawImage(bitmap, 0, 0);
      return header.mediaType.slice("image/".length);
    } finally {
      bitmap.close();
    }
  }

  /** A canvas that gets a size loses its content, so it gets one only if the size changes. */
  #resize(width: number, height: number): void {
    if (this.element.width !== width) this.element.width = width;
    if (this.element.height !== height) this.element.height = height;
  }
}
