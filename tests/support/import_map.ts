// The flags with which this test process itself found `std`, for its children.

/** None where JSR can be reached. */
export const IMPORT_MAP: readonly string[] = /^(jsr|https):/.test(import.meta.resolve("@std/async/delay"))
  ? []
  : [`--import-map=${new URL("../../tools/npm_std.json", import.meta.url).href}`];
