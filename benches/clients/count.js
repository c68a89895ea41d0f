// Counts what a client receives, and reports it. Plain JavaScript, for Node runs it as well.
// @ts-self-types="./count.d.ts"

import process from "node:process";

/** So many messages come between two looks at the clock. */
const MESSAGES_PER_LOOK = 256;

export function counter({ payloadBytes, warmUpMs, measureMs }, done) {
  let messages = 0;
  let start;
  let startMessages = 0;
  let startCpu;
  const begin = performance.now();
  return (byteLength) => {
    if (byteLength !== payloadBytes) throw new Error(`A message of ${byteLength} bytes came`);
    messages += 1;
    if (messages % MESSAGES_PER_LOOK !== 0) return;
    const now = performance.now();
    if (start === undefined) {
      if (now - begin < warmUpMs) return;
      start = now;
      startMessages = messages;
      startCpu = process.cpuUsage();
    } else if (now - start >= measureMs) {
      const { user, system } = process.cpuUsage(startCpu);
      const seconds = (now - start) / 1000;
      console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, messages: messages - startMessages }));
      done();
    }
  };
}
