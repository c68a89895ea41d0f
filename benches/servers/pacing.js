// Pacing: publishes as fast as the clients take it, or at a rate. Plain JavaScript, for Node runs it as well.
// @ts-self-types="./pacing.d.ts"

/** How much may wait for one client. A deeper native socket is slower as well as later: with 1 MiB, 1 KiB messages lose a third. */
const IN_FLIGHT_BYTES = 256 * 1024;
/** So long it publishes before the event loop has a turn. */
const SLICE_MS = 2;
/** So many messages it publishes between two looks at the clock. */
const MESSAGES_PER_LOOK = 16;
/** So many turns it waits for a queue that does not fall before it sleeps between the looks. */
const MAX_IDLE_TURNS = 1000;

export function pace(producer) {
  if (producer.rateHz > 0) publishAtRate(producer);
  else saturate(producer);
}

// There is no event for a socket that has drained: what waits is polled, at every turn of the event loop while it falls.
function saturate({ publish, queuedBytes, frameBytes, nextTurn }) {
  let sequence = 0;
  let lastQueued = 0;
  let idleTurns = 0;

  function turn() {
    const queued = queuedBytes() ?? Infinity;
    const room = Math.max(0, Math.ceil((IN_FLIGHT_BYTES - queued) / frameBytes));
    idleTurns = room > 0 || queued < lastQueued ? 0 : idleTurns + 1;
    lastQueued = queued;
    if (room > 0) publishSlice(room);
    if (idleTurns > MAX_IDLE_TURNS) setTimeout(turn, 1);
    else nextTurn(turn);
  }

  function publishSlice(room) {
    const end = performance.now() + SLICE_MS;
    for (let left = room; left > 0 && performance.now() < end;) {
      for (let few = Math.min(left, MESSAGES_PER_LOOK); few > 0; few--, left--) publish(BigInt(sequence++));
    }
  }

  turn();
}

// Timers wake up late: what is due by then is published at once.
function publishAtRate({ rateHz, publish }) {
  const start = performance.now();
  let published = 0;
  setInterval(() => {
    for (const due = (performance.now() - start) / 1000 * rateHz; published < due; published++) publish(epochNs());
  }, 1);
}

function epochNs() {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));
}
