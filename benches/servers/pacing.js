// Pacing: publishes as fast as the clients read, or at a fixed rate. Plain JavaScript, because Node also runs it.
// @ts-self-types="./pacing.d.ts"

/**
 * The maximum queue of a client: this many bytes, or this many messages if that is more, up to a limit. Larger queues
 * add latency, and are slower for small messages: with 1 MiB, the rate of 1 KiB messages is a third lower.
 */
const IN_FLIGHT_BYTES = 256 * 1024;
const IN_FLIGHT_MESSAGES = 32;
const MAX_IN_FLIGHT_BYTES = 4 * 1024 * 1024;
/** The time that it publishes in one turn of the event loop. */
const SLICE_MS = 2;
/** The number of messages between two readings of the clock. */
const MESSAGES_PER_READING = 16;
/** After this many turns without progress of the queue, it sleeps between turns. */
const MAX_IDLE_TURNS = 1000;

export function pace(producer) {
  if (producer.rateHz > 0) publishAtRate(producer);
  else saturate(producer);
}

// Sockets have no event for a drained queue, so it is polled in every turn of the event loop while it shrinks.
function saturate({ publish, queuedBytes, frameBytes, perTurn = Infinity, stampsTime = false, nextTurn }) {
  const inFlightBytes = Math.max(
    IN_FLIGHT_BYTES,
    Math.min(MAX_IN_FLIGHT_BYTES, IN_FLIGHT_MESSAGES * frameBytes),
  );
  let sequence = 0;
  let lastQueued = 0;
  let idleTurns = 0;

  function turn() {
    const queued = queuedBytes() ?? Infinity;
    const room = Math.max(0, Math.ceil((inFlightBytes - queued) / frameBytes));
    idleTurns = room > 0 || queued < lastQueued ? 0 : idleTurns + 1;
    lastQueued = queued;
    if (room > 0) publishSlice(Math.min(room, perTurn));
    if (idleTurns > MAX_IDLE_TURNS) setTimeout(turn, 1);
    else nextTurn(turn);
  }

  function publishSlice(room) {
    const end = performance.now() + SLICE_MS;
    for (let left = room; left > 0 && performance.now() < end;) {
      for (let count = Math.min(left, MESSAGES_PER_READING); count > 0; count--, left--) {
        publish(stampsTime ? epochNs() : BigInt(sequence++));
      }
    }
  }

  turn();
}

// Timers may be late, so all messages that are due are published at once.
function publishAtRate({ rateHz, publish }) {
  const start = performance.now();
  let published = 0;
  setInterval(() => {
    for (const due = (performance.now() - start) / 1000 * rateHz; published < due; published++) publish(epochNs());
  }, 1);
}

export function epochNs() {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));
}
