// The lower limit of what a relay can cost: passes everything on between each client and a connection of its own to
// another server, without looking at it. Its argument is the port of that server, as a plan.

import { report } from "./report.ts";

const { upstreamPort }: { upstreamPort: number } = JSON.parse(Deno.args[0] ?? "");

const { addr } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
  const protocol = request.headers.get("sec-websocket-protocol")?.split(",")[0]?.trim() ?? "";
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0, protocol });
  const upstream = new WebSocket(`ws://127.0.0.1:${upstreamPort}`, protocol);
  socket.binaryType = upstream.binaryType = "arraybuffer";
  const opened = Promise.all([openOf(socket), openOf(upstream)]);
  connect(upstream, socket, opened);
  connect(socket, upstream, opened);
  return response;
});
report(addr.port);

function openOf(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => socket.addEventListener("open", () => resolve(), { once: true }));
}

function connect(from: WebSocket, to: WebSocket, opened: Promise<unknown>): void {
  from.onclose = () => to.close();
  from.onmessage = ({ data }) => {
    if (to.readyState === WebSocket.OPEN) to.send(data);
    else void opened.then(() => to.send(data));
  };
}
