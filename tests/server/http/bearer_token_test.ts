// bearerToken(), over real handshakes: where a token may be sent, and that it appears nowhere else.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { tokenSubprotocol } from "../../../src/protocol/token_subprotocol.ts";
import { type BearerToken, bearerToken } from "../../../src/server/http/bearer_token.ts";
import { Queue } from "../../support/events.ts";
import { recordingLogger, sendHandshake, startServer } from "../../support/test_server.ts";
import type { RawSocketOptions } from "../../support/raw_socket.ts";

const TOKEN = "correct-horse/battery+staple";
const OTHER = "0123456789abcdef";
const PROTOCOL = "foxglove.sdk.v1";

const header = (value: string): Partial<RawSocketOptions> => ({ headers: [["Authorization", value]] });

for (
  const [what, offers, more] of [
    ["in the header", [PROTOCOL], header(`Bearer ${TOKEN}`)],
    ["in the header, with the scheme in lower case", [PROTOCOL], header(`bearer  ${TOKEN}`)],
    ["in the query", [PROTOCOL], { path: `/?token=${encodeURIComponent(TOKEN)}` }],
    ["among the subprotocols, first", [`${tokenSubprotocol(TOKEN)}, ${PROTOCOL}`], {}],
    ["among the subprotocols, last", [PROTOCOL, tokenSubprotocol(TOKEN)], {}],
    ["in the query beside a proxy's password", [PROTOCOL], { ...header("Basic abc"), path: `/?token=${OTHER}` }],
  ] as const
) {
  Deno.test(`bearerToken() accepts a client with a token ${what}`, async () => {
    await using server = await startServer({ authorize: bearerToken(OTHER, TOKEN) });
    assertEquals(await sendHandshake(server, offers, more), { status: 101, subprotocol: PROTOCOL, body: "" });
  });
}

for (
  const [what, offers, more, why] of [
    ["a missing token", [PROTOCOL], {}, "A token is missing"],
    ["an empty token", [PROTOCOL], header("Bearer "), "A token is missing"],
    ["another token", [PROTOCOL], header(`Bearer ${TOKEN}x`), "The token is not valid"],
    ["a part of the token", [PROTOCOL], header(`Bearer ${TOKEN.slice(0, -1)}`), "The token is not valid"],
    ["another token as a subprotocol", [PROTOCOL, tokenSubprotocol("x")], {}, "The token is not valid"],
    ["a wrong token in the header and a valid one in the query", [PROTOCOL], {
      ...header("Bearer x"),
      path: `/?token=${OTHER}`,
    }, "The token is not valid"],
  ] as const
) {
  Deno.test(`bearerToken() rejects ${what} with 401`, async () => {
    await using server = await startServer({ authorize: bearerToken(TOKEN, OTHER) });
    const { status, subprotocol, body } = await sendHandshake(server, offers, more);
    assertEquals([status, subprotocol, body.startsWith(why)], [401, null, true]);
    assertEquals(server.clients.size, 0);
  });
}

Deno.test("bearerToken() does not count its token as a subprotocol: a handshake with nothing else gets 400", async () => {
  await using server = await startServer({ authorize: bearerToken(TOKEN) });
  const { status, subprotocol } = await sendHandshake(server, [tokenSubprotocol(TOKEN)]);
  assertEquals([status, subprotocol], [400, null]);
});

Deno.test("bearerToken() gives each token its identity, and no log line, rejection or ClientInfo contains a token", async () => {
  const { logger, lines } = recordingLogger();
  const connected = new Queue<unknown>("onClientConnect");
  await using server = await startServer({
    logger,
    authorize: bearerToken({ token: TOKEN, name: "operator" }, { token: OTHER, name: "guest" }),
    listener: { onClientConnect: (_server, { client }) => connected.push(client) },
  });
  const heard: unknown[] = [];
  for (const each of [TOKEN, OTHER, `${TOKEN}x`]) {
    heard.push(await sendHandshake(server, [PROTOCOL, tokenSubprotocol(each)], header(`Bearer ${each}`)));
    heard.push(await sendHandshake(server, [PROTOCOL], { path: `/?token=${encodeURIComponent(each)}` }));
  }
  const clients = [await connected.next(), await connected.next(), await connected.next(), await connected.next()];
  const names = clients.map((client) => (client as { identity: unknown }).identity);
  assertEquals(names, [{ name: "operator" }, { name: "operator" }, { name: "guest" }, { name: "guest" }]);
  const all = JSON.stringify([heard, lines, clients]);
  const forms = [TOKEN, OTHER].flatMap((each) => [each, encodeURIComponent(each), tokenSubprotocol(each)]);
  assertEquals(forms.filter((form) => all.includes(form)), []);
});

Deno.test("bearerToken() rejects tokens that protect nothing, without repeating them", () => {
  const rejects = (tokens: unknown[], error: ErrorConstructor, text: string) =>
    assertThrows(() => bearerToken(...tokens as (string | BearerToken)[]), error, text);
  rejects([], TypeError, "Cannot require a bearer token: no token is given");
  rejects([""], RangeError, "a token has 0 characters, not 16 or more");
  rejects(["short"], RangeError, "a token has 5 characters, not 16 or more");
  rejects([5], TypeError, "a token must be text of visible ASCII characters");
  rejects([`${OTHER} `], TypeError, "a token must be text of visible ASCII characters");
  rejects([OTHER, { token: OTHER }], TypeError, "a token is given twice");
  rejects([{ token: OTHER, nmae: "x" }], TypeError, 'unknown member "nmae"');
});

Deno.test("bearerToken() rejects identities that would not limit a client as intended", () => {
  const rejects = (entry: object, text: string) =>
    assertThrows(() => bearerToken({ token: OTHER, ...entry }), TypeError, text);
  rejects({ name: undefined }, 'Cannot require a bearer token: "name" is undefined');
  rejects({ rights: undefined }, 'Cannot require a bearer token: "rights" is undefined');
  rejects({ rights: [] }, "Cannot limit a client's rights: not a plain object");
  rejects({ rights: { readOnly: undefined } }, 'Cannot limit a client\'s rights: "readOnly" is undefined');

  class User {
    readonly token = OTHER;
    get rights() {
      return { readOnly: true };
    }
  }
  const odd = [new User(), Object.create({ rights: { readOnly: true } }, { token: { value: OTHER } })];
  for (const entry of odd) {
    assertThrows(() => bearerToken(entry), TypeError, "Cannot require a bearer token: not a plain object");
  }
  const hidden = Object.defineProperty({ token: OTHER }, "readOnly", { value: true });
  assertThrows(() => bearerToken(hidden), TypeError, 'Cannot require a bearer token: unknown member "readOnly"');
});

Deno.test("bearerToken() does not repeat a token that was given as a member", () => {
  const byToken = { [TOKEN]: { name: "operator" } } as unknown as BearerToken;
  const error = assertThrows(() => bearerToken(byToken), TypeError, "Cannot require a bearer token");
  assertEquals(error.message.includes(TOKEN), false);
});

Deno.test("bearerToken() copies the rights: later changes have no effect", async () => {
  const topics = ["/odom"];
  const authorize = bearerToken({ token: TOKEN, rights: { topics } });
  topics.push("/secret");
  const identity = await authorize(new Request("http://localhost", { headers: { authorization: `Bearer ${TOKEN}` } }));
  assertEquals(identity, { rights: { topics: ["/odom"] } });
});
