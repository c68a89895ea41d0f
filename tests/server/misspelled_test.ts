// Warnings for options, members and hooks that the program probably misspelled.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { type ChannelInit, FoxgloveServer, type FoxgloveServerOptions } from "../../mod.ts";

function withLog(options: object): { server: FoxgloveServer; lines: string[] } {
  const lines: string[] = [];
  const logger = { debug() {}, info() {}, warn: (line: string) => void lines.push(line), error() {} };
  return { server: new FoxgloveServer({ name: "test", logger, ...options } as FoxgloveServerOptions), lines };
}

Deno.test("FoxgloveServer warns of misspelled options, and ignores others", () => {
  const { lines } = withLog({ host: "0.0.0.0", supported_encodings: ["json"], color: "red" });
  assertEquals(lines, [
    'The option "host" of the server is ignored; did you mean "hostname"?',
    'The option "supported_encodings" of the server is ignored; did you mean "supportedEncodings"?',
  ]);
});

Deno.test("FoxgloveServer.addChannel() and channel() warn of misspelled members, and ignore others", () => {
  const { server, lines } = withLog({});
  server.addChannel({ id: 7, topic: "/a", encoding: "json", schema_name: "A" } as ChannelInit);
  server.channel("/b", undefined, { lacth: true } as object).send({ x: 1 });
  assertEquals(lines, [
    'The option "schema_name" of channel "/a" is ignored; did you mean "schemaName"?',
    'The option "lacth" of channel "/b" is ignored; did you mean "latch"?',
  ]);
});

Deno.test("FoxgloveServer warns of misspelled hooks, also of a class, and ignores other methods", () => {
  class Listener {
    on_client_message() {}
    onSubscribe() {}
    online() {}
  }
  const { server, lines } = withLog({ listener: new Listener() });
  server.setListener({ onSubscribed() {} } as object);
  server.setListener(undefined);
  assertEquals(lines, [
    'The hook "on_client_message" is never called; did you mean "onClientMessage"?',
    'The hook "onSubscribed" is never called; did you mean "onSubscribe"?',
  ]);
});

Deno.test("FoxgloveServer says that it needs an object if it gets something else", () => {
  const create = (options: unknown) => () => new FoxgloveServer(options as FoxgloveServerOptions);
  const text = (kind: string) => `Cannot create a server: its options are ${kind}, not an object such as`;
  assertThrows(create("0.0.0.0"), TypeError, text("a string"));
  assertThrows(create(undefined), TypeError, text("undefined"));
});
