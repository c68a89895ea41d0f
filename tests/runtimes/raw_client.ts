// What a client on a plain connection sends: its handshake and its messages.

/** Returns a handshake with further headers, such as `Cookie: a=1`. */
export function handshake(...headers: string[]): string {
  const lines = [
    "GET / HTTP/1.1",
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: foxglove.sdk.v1",
    ...headers,
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Returns a frame with a text of at most 125 bytes, masked with zeros. */
export function textFrame(text: string): Uint8Array {
  return Uint8Array.of(0x81, 0x80 | text.length, 0, 0, 0, 0, ...new TextEncoder().encode(text));
}

/** Returns a masked binary frame of a client, whose mask is 0. `bytes`: at least 65,536. */
export function largeFrame(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(14 + bytes.length);
  frame.set([0x82, 0xff]);
  new DataView(frame.buffer).setBigUint64(2, BigInt(bytes.length));
  frame.set(bytes, 14);
  return frame;
}
