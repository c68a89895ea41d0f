// Waves: what clients do to a live server, as data that can be printed and run again.

import { encodeClientMessage } from "../../src/protocol/encode.ts";
import type { OwnersOperation } from "../../tests/model/operations.ts";
import { randomClientsOperation, randomOwnersOperation } from "../../tests/model/random_operations.ts";
import { wireOf } from "../../tests/model/wire.ts";
import type { Random } from "../../tests/protocol/random.ts";
import { CLIENT_MESSAGES } from "../../tests/protocol/random_messages.ts";
import { encodeFrame, Opcode, type RawFrame } from "../../tests/support/raw_socket.ts";
import type { Input } from "../../tests/protocol/mutation/judge.ts";
import { mutateFrame } from "../../tests/protocol/mutation/mutate_frame.ts";
import { mutateText } from "../../tests/protocol/mutation/mutate_text.ts";
import type { Seeds } from "../../tests/protocol/mutation/seeds.ts";

/** Several clients at once, and what the owner does meanwhile. */
export interface Wave {
  connections: readonly ConnectionPlan[];
  owner: readonly OwnersOperation[];
}

/** One client, from its first byte to its last. */
export interface ConnectionPlan {
  /** So much of the handshake is sent; then the client hangs up. Absent: all of it. */
  handshakeBytes?: number;
  subprotocol: string;
  /** WebSocket frames as hex; some are wrong, or not whole. */
  frames: readonly string[];
  /** Bytes that are written at once. */
  chunk: number;
  /** Whether it reads what comes. */
  reads: boolean;
  /** Whether it says so before it hangs up. */
  closes: boolean;
  /** Turns of the event loop between its last byte and its end. */
  lingers: number;
}

const CLIENTS = 16;
const OWNERS_OPERATIONS = 12;

/** A random wave. `isLong`: of a server that is to live on, whose channels and services stay as they are. */
export function randomWave(random: Random, seeds: Seeds, isLong: boolean): Wave {
  const owner = random.list(OWNERS_OPERATIONS, () => randomOwnersOperation(random));
  return {
    connections: Array.from({ length: CLIENTS }, () => randomConnection(random, seeds)),
    owner: isLong ? owner.filter((operation) => !/(add|remove)(Channel|Service)/.test(operation.do)) : owner,
  };
}

function randomConnection(random: Random, seeds: Seeds): ConnectionPlan {
  const frames = random.list(12, () => randomFrames(random, seeds)).flat();
  const last = frames.pop();
  if (last) frames.push(random.once(3) ? last.subarray(0, random.below(last.length + 1)) : last);
  return {
    ...(random.once(8) ? { handshakeBytes: random.below(200) } : {}),
    subprotocol: random.pick(["foxglove.sdk.v1", "foxglove.websocket.v1", "foxglove.websocket.v1, x", "x", ""]),
    frames: frames.map((frame) => frame.toHex()),
    chunk: random.pick([1 + random.below(30), 100, 100_000]),
    reads: !random.once(4),
    closes: random.once(3),
    lingers: random.below(4),
  };
}

/** One message, in one frame or in several, or something that is none. */
function randomFrames(random: Random, seeds: Seeds): Uint8Array[] {
  if (random.once(25)) return [oddFrame(random)];
  const data = randomInput(random, seeds);
  const isText = typeof data === "string";
  const opcode = isText !== random.once(40) ? Opcode.TEXT : Opcode.BINARY;
  const payload = isText ? new TextEncoder().encode(data) : data;
  if (!random.once(6)) return [encodeFrame({ opcode, payload })];
  const at = random.below(payload.length + 1);
  return [
    encodeFrame({ opcode, payload: payload.subarray(0, at), fin: false }),
    // Control frames may come between fragments.
    ...(random.once(2) ? [encodeFrame({ opcode: Opcode.PING, payload: random.bytes(random.below(9)) })] : []),
    encodeFrame({ opcode: Opcode.CONTINUATION, payload: payload.subarray(at) }),
  ];
}

/** Half of them make sense to a server, so that there is something to clean up. */
function randomInput(random: Random, seeds: Seeds): Input {
  switch (random.below(6)) {
    case 0:
      return mutateFrame(random, seeds.frames);
    case 1:
      return mutateText(random, seeds.texts);
    case 2:
      return encodeClientMessage(random.pick(Object.values(CLIENT_MESSAGES))(random));
    default:
      return wireOf(randomClientsOperation(random));
  }
}

/** What RFC 6455 does not allow, or only in its place. */
function oddFrame(random: Random): Uint8Array {
  const payload = random.bytes(random.below(140));
  const frames: readonly RawFrame[] = [
    { opcode: Opcode.CONTINUATION, payload },
    { opcode: Opcode.TEXT, payload },
    { opcode: Opcode.BINARY, payload, masked: false },
    { opcode: 3 + random.below(5), payload },
    { opcode: 11 + random.below(5), payload },
    { opcode: Opcode.PING, payload },
    { opcode: Opcode.PONG, payload },
    { opcode: Opcode.PING, payload: payload.subarray(0, 9), fin: false },
    { opcode: Opcode.CLOSE, payload },
    { opcode: Opcode.CLOSE, payload: Uint8Array.of(3, 232 + random.below(20)) },
    { opcode: Opcode.BINARY, payload, claimedLength: random.pick([130, 70_000, 2 ** 26, 2 ** 40]) },
    { opcode: Opcode.TEXT, payload, fin: false },
  ];
  return encodeFrame(random.pick(frames));
}
