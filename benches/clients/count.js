// Counts and reports the messages of a client. Plain JavaScript, because Node also runs it.
// @ts-self-types="./count.d.ts"

import process from "node:process";

/** The number of messages between two readings of the clock. */
const MESSAGES_PER_READING = 256;

export function counter({ payloadBytes, warmUpMs, measureMs }, done) {
  let messages = 0;
  let start;
  let startMessages = 0;
  let startCpu;
  const begin = performance.now();
  return (byteLength) => {
    if (byteLength !== payloadBytes) throw new Error(`Received a message of ${byteLength} bytes`);
    messages += 1;
    if (messages % MESSAGES_PER_READING !== 0) return;
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
