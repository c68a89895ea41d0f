// VERSION: the version of the package.

/** The version of the package, as in `deno.json`. */
export const VERSION: string = "0.1.0";
