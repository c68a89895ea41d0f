// The Worker of worker_server.ts: samples a sine wave while there are subscribers.

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
  // Transferred, not copied: the main thread owns the bytes afterwards.
  self.postMessage(payload, { transfer: [payload.buffer] });
}
