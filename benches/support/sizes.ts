// The payload sizes of the benchmarks: a number, a pose, a compressed image, an uncompressed image.

/** From small to large. */
export const SIZES: readonly { bytes: number; label: string }[] = [
  { bytes: 64, label: "64 B" },
  { bytes: 1024, label: "1 KiB" },
  { bytes: 64 * 1024, label: "64 KiB" },
  { bytes: 1024 * 1024, label: "1 MiB" },
];
