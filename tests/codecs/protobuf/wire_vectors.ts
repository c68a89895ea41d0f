// Values and their bytes, which the tests of the writer and of the reader share.

/** A method that the writer and the reader have. */
export type Method =
  | `${"" | "u" | "s"}int${32 | 64}`
  | `${"" | "s"}fixed${32 | 64}`
  | "float"
  | "double"
  | "bool"
  | "string"
  | "bytes";

/** One value. */
export interface WireVector {
  method: Method;
  value: unknown;
  hex: string;
}

const MAX_VARINT = "ff".repeat(9) + "01";

/** Values at the limits of their type, and where the number of bytes changes. */
export const WIRE_VECTORS: readonly WireVector[] = [
  ...of("uint32", [0, "00"], [127, "7f"], [128, "8001"], [16_383, "ff7f"], [16_384, "808001"]),
  ...of("uint32", [2_097_152, "80808001"], [268_435_456, "8080808001"], [4_294_967_295, "ffffffff0f"]),
  ...of("int32", [0, "00"], [2_147_483_647, "ffffffff07"], [-1, MAX_VARINT], [-2_147_483_648, "80808080f8ffffffff01"]),
  ...of("sint32", [0, "00"], [-1, "01"], [1, "02"], [2_147_483_647, "feffffff0f"], [-2_147_483_648, "ffffffff0f"]),
  ...of("uint64", [0n, "00"], [127n, "7f"], [128n, "8001"], [4_294_967_295n, "ffffffff0f"]),
  ...of("uint64", [4_294_967_296n, "8080808010"], [34_359_738_368n, "808080808001"]),
  ...of("uint64", [9_223_372_036_854_775_808n, "80808080808080808001"], [18_446_744_073_709_551_615n, MAX_VARINT]),
  ...of("int64", [1n, "01"], [-1n, MAX_VARINT], [-9_223_372_036_854_775_808n, "80808080808080808001"]),
  ...of("int64", [9_223_372_036_854_775_807n, "ffffffffffffffff7f"]),
  ...of("sint64", [0n, "00"], [-1n, "01"], [1n, "02"], [-2_147_483_649n, "8180808010"]),
  ...of("sint64", [9_223_372_036_854_775_807n, "feffffffffffffffff01"], [-9_223_372_036_854_775_808n, MAX_VARINT]),
  ...of("fixed32", [1, "01000000"], [4_294_967_295, "ffffffff"]),
  ...of("sfixed32", [-1, "ffffffff"], [-2_147_483_648, "00000080"]),
  ...of("fixed64", [1n, "0100000000000000"], [18_446_744_073_709_551_615n, "ff".repeat(8)]),
  ...of("sfixed64", [-2n, "feffffffffffffff"], [9_223_372_036_854_775_807n, "ffffffffffffff7f"]),
  ...of("float", [1.5, "0000c03f"], [-0, "00000080"], [Infinity, "0000807f"]),
  ...of("double", [1.5, "000000000000f83f"], [-0, "0000000000000080"], [-Infinity, "000000000000f0ff"]),
  ...of("bool", [true, "01"], [false, "00"]),
  ...of("string", ["", "00"], ["abc", "03616263"], ["é", "02c3a9"], ["\ufeffa", "04efbbbf61"], ["𝄞", "04f09d849e"]),
  ...of("string", ["x".repeat(63), `3f${"78".repeat(63)}`], ["x".repeat(64), `40${"78".repeat(64)}`]),
  ...of("string", ["x".repeat(127), `7f${"78".repeat(127)}`], ["x".repeat(128), `8001${"78".repeat(128)}`]),
  // The length of the text needs one byte, the length of its bytes two.
  ...of("string", ["é".repeat(64), `8001${"c3a9".repeat(64)}`], [`${"x".repeat(55)}é`, `39${"78".repeat(55)}c3a9`]),
  ...of("bytes", [Uint8Array.of(), "00"], [Uint8Array.of(1, 255), "0201ff"]),
  ...of("bytes", [new Uint8Array(300).fill(7), `ac02${"07".repeat(300)}`]),
];

/** Times and their fields, as `Timestamp` and as `Duration`. */
export const TIME_VECTORS: readonly (readonly [ns: bigint, timestamp: string, duration: string])[] = [
  [0n, "00", "00"],
  [1n, "021001", "021001"],
  [1_000_000_000n, "020801", "020801"],
  [1_700_000_000_123_456_789n, "0b0880e2cfaa0610959aef3a", "0b0880e2cfaa0610959aef3a"],
  [-1n, `1108${MAX_VARINT}10ff93ebdc03`, `0b10${MAX_VARINT}`],
  [-1_000_000_000n, `0b08${MAX_VARINT}`, `0b08${MAX_VARINT}`],
  [-1_500_000_000n, "1108feffffffffffffffff011080cab5ee01", `1608${MAX_VARINT}1080b6ca91feffffffff01`],
];

function of(method: Method, ...values: readonly (readonly [value: unknown, hex: string])[]): WireVector[] {
  return values.map(([value, hex]) => ({ method, value, hex }));
}
