// The Worker of worker_server.ts: samples a sine wave while somebody looks.

/// <reference lib="deno.worker" />

let timer: ReturnType<typeof setInterval> | undefined;
let sample = 0;

self.onmessage = ({ data }: MessageEvent<"start" | "stop">) => {
  clearInterval(timer);
  if (data === "start") timer = setInterval(produce, 50);
};

function produce(): void {
  sample += 1;
  const payload = new TextEncoder().encode(JSON.stringify({ sample, value: Math.sin(sample / 10) }));
  // Handed over rather than copied: the main thread then owns the bytes.
  self.postMessage(payload, { transfer: [payload.buffer] });
}
