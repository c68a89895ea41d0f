// bearerToken(), over real handshakes: where a token may stand, and that it goes nowhere else.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { tokenSubprotocol } from "../../../src/protocol/token_subprotocol.ts";
import { type BearerToken, bearerToken } from "../../../src/server/http/bearer_token.ts";
import { Queue } from "../../support/events.ts";
import { keptLog, offer, started } from "../../support/handshakes.ts";
import type { RawSocketOptions } from "../../support/raw_socket.ts";

const TOKEN = "correct-horse/battery+staple";
const OTHER = "0123456789abcdef";
const PROTOCOL = "foxglove.sdk.v1";

const header = (value: string): Partial<RawSocketOptions> => ({ headers: [["Authorization", value]] });

for (
  const [what, offers, more] of [
    ["in the header", [PROTOCOL], header(`Bearer ${TOKEN}`)],
    ["in the header, the scheme in small letters", [PROTOCOL], header(`bearer  ${TOKEN}`)],
    ["in the query", [PROTOCOL], { path: `/?token=${encodeURIComponent(TOKEN)}` }],
    ["among the subprotocols, first", [`${tokenSubprotocol(TOKEN)}, ${PROTOCOL}`], {}],
    ["among the subprotocols, last", [PROTOCOL, tokenSubprotocol(TOKEN)], {}],
    ["in the query beside a proxy's password", [PROTOCOL], { ...header("Basic abc"), path: `/?token=${OTHER}` }],
  ] as const
) {
  Deno.test(`bearerToken() lets in who knows a token, ${what}`, async () => {
    await using server = await started({ authorize: bearerToken(OTHER, TOKEN) });
    assertEquals(await offer(server, offers, more), { status: 101, chosen: PROTOCOL, body: "" });
  });
}

for (
  const [what, offers, more, why] of [
    ["none", [PROTOCOL], {}, "A token is missing"],
    ["an empty one", [PROTOCOL], header("Bearer "), "A token is missing"],
    ["another one", [PROTOCOL], header(`Bearer ${TOKEN}x`), "The token is not valid"],
    ["a part of it", [PROTOCOL], header(`Bearer ${TOKEN.slice(0, -1)}`), "The token is not valid"],
    ["a subprotocol of another one", [PROTOCOL, tokenSubprotocol("x")], {}, "The token is not valid"],
    ["a wrong one in the header and a right one in the query", [PROTOCOL], {
      ...header("Bearer x"),
      path: `/?token=${OTHER}`,
    }, "The token is not valid"],
  ] as const
) {
  Deno.test(`bearerToken() refuses ${what} with 401`, async () => {
    await using server = await started({ authorize: bearerToken(TOKEN, OTHER) });
    const { status, chosen, body } = await offer(server, offers, more);
    assertEquals([status, chosen, body.startsWith(why)], [401, null, true]);
    assertEquals(server.clients.size, 0);
  });
}

Deno.test("a token among the subprotocols is no subprotocol: alone it is refused with 400", async () => {
  await using server = await started({ authorize: bearerToken(TOKEN) });
  const { status, chosen } = await offer(server, [tokenSubprotocol(TOKEN)]);
  assertEquals([status, chosen], [400, null]);
});

Deno.test("each token has its own identity, and no log line, refusal or ClientInfo holds a token", async () => {
  const { logger, lines } = keptLog();
  const told = new Queue<unknown>("onClientConnect");
  await using server = await started({
    logger,
    authorize: bearerToken({ token: TOKEN, name: "operator" }, { token: OTHER, name: "guest" }),
    listener: { onClientConnect: (_server, { client }) => told.push(client) },
  });
  const heard: unknown[] = [];
  for (const each of [TOKEN, OTHER, `${TOKEN}x`]) {
    heard.push(await offer(server, [PROTOCOL, tokenSubprotocol(each)], header(`Bearer ${each}`)));
    heard.push(await offer(server, [PROTOCOL], { path: `/?token=${encodeURIComponent(each)}` }));
  }
  const clients = [await told.next(), await told.next(), await told.next(), await told.next()];
  const names = clients.map((client) => (client as { identity: unknown }).identity);
  assertEquals(names, [{ name: "operator" }, { name: "operator" }, { name: "guest" }, { name: "guest" }]);
  const all = JSON.stringify([heard, lines, clients]);
  const forms = [TOKEN, OTHER].flatMap((each) => [each, encodeURIComponent(each), tokenSubprotocol(each)]);
  assertEquals(forms.filter((form) => all.includes(form)), []);
});

Deno.test("bearerToken() refuses tokens that protect nothing, without naming them", () => {
  const refuses = (tokens: unknown[], error: ErrorConstructor, text: string) =>
    assertThrows(() => bearerToken(...tokens as (string | BearerToken)[]), error, text);
  refuses([], TypeError, "Cannot require a bearer token: no token is given");
  refuses([""], RangeError, "a token has 0 characters, not 16 or more");
  refuses(["short"], RangeError, "a token has 5 characters, not 16 or more");
  refuses([5], TypeError, "a token must be text of visible ASCII characters");
  refuses([`${OTHER} `], TypeError, "a token must be text of visible ASCII characters");
  refuses([OTHER, { token: OTHER }], TypeError, "a token is given twice");
  refuses([{ token: OTHER, nmae: "x" }], TypeError, 'unknown member "nmae"');
});

Deno.test("bearerToken() refuses identities that would not limit a client as was meant", () => {
  const refuses = (entry: object, text: string) =>
    assertThrows(() => bearerToken({ token: OTHER, ...entry }), TypeError, text);
  refuses({ name: undefined }, 'Cannot require a bearer token: "name" is undefined');
  refuses({ rights: undefined }, 'Cannot require a bearer token: "rights" is undefined');
  refuses({ rights: [] }, "Cannot limit a client's rights: not a plain object");
  refuses({ rights: { readOnly: undefined } }, 'Cannot limit a client\'s rights: "readOnly" is undefined');

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

Deno.test("bearerToken() does not name a token that was given in the place of a member", () => {
  const byToken = { [TOKEN]: { name: "operator" } } as unknown as BearerToken;
  const error = assertThrows(() => bearerToken(byToken), TypeError, "Cannot require a bearer token");
  assertEquals(error.message.includes(TOKEN), false);
});

Deno.test("bearerToken() copies the rights: what is changed later changes none", async () => {
  const topics = ["/odom"];
  const authorize = bearerToken({ token: TOKEN, rights: { topics } });
  topics.push("/secret");
  const identity = await authorize(new Request("http://localhost", { headers: { authorization: `Bearer ${TOKEN}` } }));
  assertEquals(identity, { rights: { topics: ["/odom"] } });
});
