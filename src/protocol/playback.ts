// Playback: a client steers a server that replays recorded data (foxglove.sdk.v1).

import type { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { ClientOpcode, ServerOpcode } from "./opcodes.ts";

/** What a client asks of playback. */
export type PlaybackCommand = "play" | "pause";

/** What playback is doing. */
export type PlaybackStatus = "playing" | "paused" | "buffering" | "ended";

/**
 * Client: play, pause, seek, change speed.
 *
 * Spec: "Playback Control Request" (binary, client opcode 0x03)
 *
 * | bytes | type    | field                               |
 * | ----- | ------- | ----------------------------------- |
 * | 1     | uint8   | command: 0 play, 1 pause            |
 * | 4     | float32 | speed                               |
 * | 1     | uint8   | 0: the next field means nothing     |
 * | 8     | uint64  | seekTime                            |
 * | 4     | uint32  | byte length of requestId            |
 * | n     | utf-8   | requestId                           |
 */
export interface PlaybackControlRequest {
  /** An opcode on the wire. */
  op: "playbackControlRequest";
  /** Goes with each request, also with one that only seeks. */
  command: PlaybackCommand;
  /** 1 is real time. On the wire a float32: 0.1 arrives as 0.10000000149011612. */
  speed: number;
  /** In ns; absent: stay where you are. */
  seekTime?: bigint;
  /** Repeated in the answer; should not be empty. */
  requestId: string;
}

/** What playback is doing, as a server's owner tells it. */
export interface PlaybackState {
  /** Shown in the client's playback bar. */
  status: PlaybackStatus;
  /** In ns. */
  currentTime: bigint;
  /** 1 is real time. */
  speed: number;
  /** Time jumped: what was shown before is no longer its past. */
  didSeek: boolean;
  /** The request that this answers; absent: nobody asked. */
  requestId?: string;
}

/**
 * Server: what playback is doing.
 *
 * Spec: "Playback State" (binary, server opcode 0x05)
 *
 * | bytes | type    | field                                           |
 * | ----- | ------- | ----------------------------------------------- |
 * | 1     | uint8   | status: 0 playing, 1 paused, 2 buffering, 3 ended |
 * | 8     | uint64  | currentTime                                     |
 * | 4     | float32 | speed                                           |
 * | 1     | uint8   | didSeek                                         |
 * | 4     | uint32  | byte length of requestId; 0: nobody asked       |
 * | n     | utf-8   | requestId                                       |
 */
export interface PlaybackStateMessage extends PlaybackState {
  /** An opcode on the wire. */
  op: "playbackState";
}

/** In the order of their numbers on the wire. */
const COMMANDS: readonly PlaybackCommand[] = ["play", "pause"];
/** In the order of their numbers on the wire. */
const STATUSES: readonly PlaybackStatus[] = ["playing", "paused", "buffering", "ended"];

/** Reads what follows the opcode. */
export function readPlaybackControlRequest(reader: ByteReader): PlaybackControlRequest {
  const command = reader.choice(COMMANDS, "bad-command");
  const speed = reader.float32();
  const seeks = reader.uint8() !== 0;
  const seekTime = reader.uint64();
  const requestId = reader.string();
  return { op: "playbackControlRequest", command, speed, ...(seeks ? { seekTime } : {}), requestId };
}

/** The whole frame. */
export function writePlaybackControlRequest(message: PlaybackControlRequest): Uint8Array<ArrayBuffer> {
  const { seekTime } = message;
  const writer = new ByteWriter(message.op, 64);
  writer.uint8(ClientOpcode.PLAYBACK_CONTROL_REQUEST);
  writer.choice("command", COMMANDS, message.command);
  writer.float32("speed", message.speed);
  writer.boolean("seekTime", seekTime !== undefined);
  writer.uint64("seekTime", seekTime === undefined ? 0n : seekTime);
  writer.string("requestId", message.requestId);
  return writer.finish();
}

/** Reads what follows the opcode. */
export function readPlaybackState(reader: ByteReader): PlaybackStateMessage {
  const state: PlaybackStateMessage = {
    op: "playbackState",
    status: reader.choice(STATUSES, "bad-status"),
    currentTime: reader.uint64(),
    speed: reader.float32(),
    didSeek: reader.uint8() !== 0,
  };
  const requestId = reader.string();
  if (requestId !== "") state.requestId = requestId;
  return state;
}

/** The whole frame. */
export function writePlaybackState(message: PlaybackStateMessage): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(message.op, 64);
  writer.uint8(ServerOpcode.PLAYBACK_STATE);
  writer.choice("status", STATUSES, message.status);
  writer.uint64("currentTime", message.currentTime);
  writer.float32("speed", message.speed);
  writer.boolean("didSeek", message.didSeek);
  writer.string("requestId", message.requestId ?? "");
  return writer.finish();
}
