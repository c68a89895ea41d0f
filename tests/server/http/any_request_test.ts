// Random requests: the server continues, writes nothing to stderr, and leaks neither slots nor descriptors.

import { assertEquals } from "@std/assert/equals";
import { Random } from "../../protocol/random.ts";
import { countDescriptors, untilDescriptors } from "../../support/descriptors.ts";
import { within } from "../../support/events.ts";
import { Program } from "../../support/program.ts";
import { TRANSPORT } from "../../support/transport.ts";

const SEEDS = [1, 2, 3];
const REQUESTS = 200;

const LINES = [
  "GET /?token HTTP/1.1",
  "GET /?token=%ff%zz HTTP/1.0",
  "GET http://a:b:c/?token HTTP/1.1",
  "GET https://robot/?token HTTP/1.1",
  "GET //x/%00%0a\xff HTTP/1.1",
  "OPTIONS * HTTP/1.1",
  "CONNECT x:1 HTTP/1.1",
  "POST /page HTTP/1.1",
  "HEAD /healthz HTTP/1.1",
  "PRI * HTTP/2.0",
];

const HEADERS = [
  "Host: :::",
  "Host: a/ws?",
  "Upgrade: h2c",
  "Upgrade: WebSocket, x",
  "Connection: \xa0upgrade",
  "Connection: close",
  "Sec-WebSocket-Version: 8",
  "Sec-WebSocket-Protocol: ,,\xff,foxglove.sdk.v1",
  "Sec-WebSocket-Extensions: permessage-deflate; \xff",
  "Origin: http://evil\x9b[31m",
  "Origin: null",
  "X-Forwarded-For: ::ffff:192.0.2.7, [::1]/[",
  "X-Forwarded-For: 2001:db8::7",
  "Access-Control-Request-Private-Network: true",
  "Content-Length: 5",
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "Authorization: Bearer \xff",
  "User-Agent: \x80\xff",
];

/** A handshake with random changes, as ISO 8859-1 bytes, like HTTP. */
function anyRequest(random: Random): Uint8Array<ArrayBuffer> {
  const headers = [
    "Host: robot",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
  ];
  for (const header of random.list(2, () => random.pick(HEADERS))) {
    headers.splice(random.below(headers.length + 1), random.once(3) ? 1 : 0, header);
  }
  if (random.once(5)) headers.splice(random.below(headers.length), 1);
  const text = [random.once(2) ? LINES[0]! : random.pick(LINES), ...headers, "", ""].join("\r\n");
  const tail = random.once(3) ? random.bytes(random.below(20)) : [];
  const bytes = Uint8Array.from([...Uint8Array.from(text, (char) => char.charCodeAt(0)), ...tail]);
  if (random.once(3)) { for (const byte of random.bytes(3)) bytes[random.below(bytes.length)] = byte; }
  return random.once(10) ? bytes.slice(0, random.below(bytes.length)) : bytes;
}

/** Sends a request, and sometimes reads some of the response. */
async function visit(port: number, random: Random): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(anyRequest(random));
  if (random.once(3)) return;
  // An incomplete request gets no response.
  const timeout = setTimeout(() => conn.closeWrite().catch(() => {}), 20);
  try {
    await conn.read(new Uint8Array(1024));
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  } finally {
    clearTimeout(timeout);
  }
}

for (const seed of SEEDS) {
  Deno.test(`FoxgloveServer survives random requests (seed ${seed})`, async () => {
    const random = new Random(seed);
    await using program = new Program(
      "--allow-net=127.0.0.1",
      new URL("../fixtures/any_request.ts", import.meta.url).href,
      TRANSPORT,
    );
    const port = Number(await program.line());
    const before = countDescriptors(program.pid);
    for (let request = 0; request < REQUESTS; request++) await visit(port, random);
    // Some descriptors belong to Deno, which opened them in the meantime.
    await within(untilDescriptors(program.pid, before + 9), "the descriptors of all requests");
    program.kill("SIGTERM");
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, lines.filter((line) => line.startsWith("error: "))], [0, []]);
    assertEquals(lines.slice(-2), ["ready", ""]);
    // Deno writes a note about request.signal once.
    assertEquals(stderr.replace(/^Deno\.serve: request\.signal .*\n/, ""), "");
  });
}
