// parseExtensions() and negotiateExtensions(): the grammar of the header, and which offers are accepted.

import { assertEquals } from "@std/assert/equals";
import { parseExtensions } from "../../src/websocket/extension_header.ts";
import { negotiateExtensions } from "../../src/websocket/extensions.ts";
import { Random } from "../protocol/random.ts";

const ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/** `[header, offers]`, an offer as its name and the texts of its parameters. */
const HEADERS: readonly (readonly [header: string, offers: readonly (readonly string[])[]])[] = [
  ["", []],
  [" , ,\t", []],
  ["foo", [["foo"]]],
  ["foo, bar; baz=2", [["foo"], ["bar", "baz=2"]]],
  ['foo;a="b"', [["foo", "a=b"]]],
  ['foo ;\ta = "\\b-c" ; d , bar', [["foo", "a=b-c", "d"], ["bar"]]],
  ["deflate-stream; a; a=1; a", [["deflate-stream", "a", "a=1", "a"]]],
  [",foo,,bar,", [["foo"], ["bar"]]],
  ["!#$%&'*+-.^_`|~09azAZ", [["!#$%&'*+-.^_`|~09azAZ"]]],
];

for (const [header, offers] of HEADERS) {
  Deno.test(`parseExtensions() reads ${JSON.stringify(header)}`, () => {
    const parsed = parseExtensions(header)?.map(({ name, parameters }) => [
      name,
      ...parameters.map(({ name, value }) => value === undefined ? name : `${name}=${value}`),
    ]);
    assertEquals(parsed, offers.map((offer) => [...offer]));
  });
}

for (
  const header of [
    ";",
    "foo;",
    "foo; ,bar",
    "foo; a=",
    "foo; =1",
    "foo; a=b c",
    "foo bar",
    'foo; a="',
    'foo; a=""',
    'foo; a="b',
    'foo; a="b\\',
    'foo; a="b c"',
    'foo; a="\\"',
    'foo; a="b"c',
    '"foo"',
    "foo; a=b=c",
    "foo/bar",
    "f\u00f6o",
    "foo\0",
    "foo\n",
    "x".repeat(4097),
  ]
) {
  Deno.test(`parseExtensions() rejects ${JSON.stringify(header.slice(0, 20))} with ${header.length} characters`, () => {
    assertEquals(parseExtensions(header), undefined);
    assertEquals(negotiateExtensions(`permessage-deflate, ${header}`), undefined);
  });
}

for (
  const offer of [
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits",
    ...["8", "9", "10", '"12"', "15"].map((bits) => `permessage-deflate; client_max_window_bits=${bits}`),
    "permessage-deflate;server_no_context_takeover;client_no_context_takeover",
    "foo, permessage-deflate",
    "permessage-deflate; server_max_window_bits=10, permessage-deflate",
    "permessage-deflate; unknown, permessage-deflate; client_max_window_bits",
    "permessage-deflate, permessage-deflate; server_max_window_bits=15",
    `${" ".repeat(4078)}permessage-deflate`,
  ]
) {
  Deno.test(`negotiateExtensions() accepts ${offer.trim()}`, () => {
    assertEquals(negotiateExtensions(offer), ANSWER);
  });
}

Deno.test("negotiateExtensions() repeats the window of the server, because the client would ignore the answer", () => {
  for (const bits of ["15", '"15"', '"1\\5"']) {
    const offer = `permessage-deflate; client_max_window_bits; server_max_window_bits=${bits}`;
    assertEquals(negotiateExtensions(offer), `${ANSWER}; server_max_window_bits=15`);
  }
});

for (
  const parameters of [
    ...["8", "14", "015", "16", "7", '"14"'].map((bits) => `server_max_window_bits=${bits}`),
    "server_max_window_bits",
    ...["7", "16", "08", "0", "-9", "9.0", "x", "1e1"].map((bits) => `client_max_window_bits=${bits}`),
    "server_no_context_takeover=1",
    "client_no_context_takeover=true",
    "client_max_window_bits; client_max_window_bits",
    "client_max_window_bits=9; client_max_window_bits=10",
    "server_no_context_takeover; server_no_context_takeover",
    "unknown",
    "Server_No_Context_Takeover",
  ]
) {
  Deno.test(`negotiateExtensions() declines the parameters ${parameters}`, () => {
    assertEquals(negotiateExtensions(`permessage-deflate; ${parameters}`), undefined);
  });
}

Deno.test("negotiateExtensions() returns undefined without a known extension", () => {
  const headers = [undefined, null, "", "permessage-bzip2", "x-webkit-deflate-frame", "toString; constructor"];
  assertEquals(headers.map(negotiateExtensions), headers.map(() => undefined));
});

Deno.test("negotiateExtensions() never throws", () => {
  const random = new Random(7692);
  const parts = [
    "permessage-deflate",
    ";",
    ",",
    "=",
    '"',
    "\\",
    " ",
    "client_max_window_bits",
    "15",
    "\0",
    "\u20ac",
    "\ud800",
  ];
  let accepted = 0;
  for (let times = 0; times < 20_000; times++) {
    const header = random.list(12, () => random.pick(parts)).join("");
    if (negotiateExtensions(header) !== undefined) accepted += 1;
  }
  assertEquals(accepted > 100, true);
});
