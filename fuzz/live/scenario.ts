// Scenarios: hostile clients of a live server, as data that can be printed and replayed.

import { encodeClientMessage } from "../../src/protocol/encode.ts";
import type { ServerOperation } from "../../tests/model/operations.ts";
import { randomClientOperation, randomServerOperation } from "../../tests/model/random_operations.ts";
import { encodeOperation } from "../../tests/model/client_driver.ts";
import type { Random } from "../../tests/protocol/random.ts";
import { CLIENT_MESSAGES } from "../../tests/protocol/random_messages.ts";
import { encodeFrame, Opcode, type RawFrame } from "../../tests/support/raw_socket.ts";
import type { Input } from "../../tests/protocol/mutation/check_codec.ts";
import { mutateFrame } from "../../tests/protocol/mutation/mutate_frame.ts";
import { mutateText } from "../../tests/protocol/mutation/mutate_text.ts";
import type { Seeds } from "../../tests/protocol/mutation/seeds.ts";

/** Several clients at once, and the operations of the program at the same time. */
export interface Scenario {
  connections: readonly ConnectionPlan[];
  serverOperations: readonly ServerOperation[];
}

/** All bytes of one client. */
export interface ConnectionPlan {
  /** The client disconnects after this many bytes of its handshake. Absent: it sends all of it. */
  handshakeBytes?: number;
  subprotocol: string;
  /** WebSocket frames as hex. Some are invalid or incomplete. */
  frames: readonly string[];
  /** The number of bytes for each write. */
  chunk: number;
  /** Whether it reads. */
  reads: boolean;
  /** Whether it sends a close frame before it disconnects. */
  closes: boolean;
  /** Turns of the event loop between its last byte and its disconnect. */
  lingers: number;
}

const CLIENTS = 16;
const SERVER_OPERATIONS = 12;

/** A random scenario. If `isLong`, the server runs further scenarios, and its channels and services do not change. */
export function randomScenario(random: Random, seeds: Seeds, isLong: boolean): Scenario {
  const owner = random.list(SERVER_OPERATIONS, () => randomServerOperation(random));
  return {
    connections: Array.from({ length: CLIENTS }, () => randomConnection(random, seeds)),
    serverOperations: isLong
      ? owner.filter((operation) => !/(add|remove)(Channel|Service)/.test(operation.type))
      : owner,
  };
}

function randomConnection(random: Random, seeds: Seeds): ConnectionPlan {
  const frames = random.list(12, () => randomFrames(random, seeds)).flat();
  const last = frames.pop();
  if (last) frames.push(random.once(3) ? last.subarray(0, random.below(last.length + 1)) : last);
  return {
    ...(random.once(8) ? { handshakeBytes: random.below(200) } : {}),
    subprotocol: random.pick([
      "foxglove.sdk.v1.1",
      "foxglove.sdk.v1",
      "foxglove.websocket.v1",
      "foxglove.websocket.v1, x",
      "x",
      "",
    ]),
    frames: frames.map((frame) => frame.toHex()),
    chunk: random.pick([1 + random.below(30), 100, 100_000]),
    reads: !random.once(4),
    closes: random.once(3),
    lingers: random.below(4),
  };
}

/** A message in one frame or several, or an invalid frame. */
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

/** Half of the inputs are valid requests, so that the server has something to clean up. */
function randomInput(random: Random, seeds: Seeds): Input {
  switch (random.below(6)) {
    case 0:
      return mutateFrame(random, seeds.frames);
    case 1:
      return mutateText(random, seeds.texts);
    case 2:
      return encodeClientMessage(random.pick(Object.values(CLIENT_MESSAGES))(random));
    default:
      return encodeOperation(randomClientOperation(random));
  }
}

/** A frame that RFC 6455 forbids, or allows only in other positions. */
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
