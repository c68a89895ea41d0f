// freeIfLarge(): frees large buffers without waiting for the garbage collector.

/** Smaller buffers are left to the garbage collector. */
const LARGE_BYTES = 1024 * 1024;

/**
 * Frees the memory of a large buffer at once, because the garbage collector is slow to notice memory outside its heap.
 * The caller must own the buffer: all views of it are empty afterwards.
 */
export function freeIfLarge(buffer: ArrayBuffer): void {
  if (buffer.byteLength >= LARGE_BYTES) buffer.transfer(0);
}
