// freeIfLarge(): frees large buffers without waiting for the garbage collector.

/** The default size from which a buffer is large. The garbage collector frees smaller ones soon enough. */
const LARGE_BYTES = 1024 * 1024;

/**
 * Frees the memory of a large buffer at once, because the garbage collector is slow to notice memory outside its heap.
 * The caller must own the buffer: all views of it are empty afterwards.
 *
 * @param largeBytes From this size on, a buffer is large.
 */
export function freeIfLarge(buffer: ArrayBuffer, largeBytes: number = LARGE_BYTES): void {
  if (buffer.byteLength >= largeBytes) buffer.transfer(0);
}
