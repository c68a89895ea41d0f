// The flags by which this test process found `std`, for its child processes.

/** Empty if `std` comes from JSR. */
export const IMPORT_MAP: readonly string[] = /^(jsr|https):/.test(import.meta.resolve("@std/async/delay"))
  ? []
  : [`--import-map=${new URL("../../tools/npm_std.json", import.meta.url).href}`];
