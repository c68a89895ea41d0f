// TRANSPORT: the transport of the servers under test.

/** `"native"`, or `"direct"` in `deno task test:direct`, which runs the same tests again. */
export const TRANSPORT: "native" | "direct" = Deno.env.get("FOXGLOVE_WS_TEST_TRANSPORT") === "direct"
  ? "direct"
  : "native";
