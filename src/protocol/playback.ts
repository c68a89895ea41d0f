// Playback: a client controls a server that plays back recorded data (foxglove.sdk.v1).

import type { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";

/** A command to the playback. */
export type PlaybackCommand = "play" | "pause";

/** The current activity of the playback. */
export type PlaybackStatus = "playing" | "paused" | "buffering" | "ended";

/**
 * From the client: plays, pauses, seeks, or changes the speed.
 *
 * Spec: "Playback Control Request" (binary, client opcode 0x03)
 *
 * | bytes | type    | field                               |
 * | ----- | ------- | ----------------------------------- |
 * | 1     | uint8   | command: 0 play, 1 pause            |
 * | 4     | float32 | speed                               |
 * | 1     | uint8   | 0: seekTime is ignored              |
 * | 8     | uint64  | seekTime                            |
 * | 4     | uint32  | byte length of requestId            |
 * | n     | utf-8   | requestId                           |
 */
export interface PlaybackControlRequest {
  /** In the frame, an opcode replaces this text. */
  op: "playbackControlRequest";
  /** Required in each request, even if it only seeks. */
  command: PlaybackCommand;
  /** 1 is real time. Sent as a float32: 0.1 arrives as 0.10000000149011612. */
  speed: number;
  /** In ns. Absent if the request does not seek. */
  seekTime?: bigint;
  /** The answer repeats it. It should not be empty, because an empty id means that there was no request. */
  requestId: string;
}

/** The state of the playback, as the application sets it on the server. */
export interface PlaybackState {
  /** Apps show it in their playback bar. */
  status: PlaybackStatus;
  /** In ns. */
  currentTime: bigint;
  /** 1 is real time. */
  speed: number;
  /** Whether the time jumped. Then data that was received before does not belong to the past of `currentTime`. */
  didSeek: boolean;
  /** The request that this state answers. Absent if it is not an answer. */
  requestId?: string;
}

/**
 * From the server: the state of the playback.
 *
 * Spec: "Playback State" (binary, server opcode 0x05)
 *
 * | bytes | type    | field                                           |
 * | ----- | ------- | ----------------------------------------------- |
 * | 1     | uint8   | status: 0 playing, 1 paused, 2 buffering, 3 ended |
 * | 8     | uint64  | currentTime                                     |
 * | 4     | float32 | speed                                           |
 * | 1     | uint8   | didSeek                                         |
 * | 4     | uint32  | byte length of requestId; 0: not an answer      |
 * | n     | utf-8   | requestId                                       |
 */
export interface PlaybackStateMessage extends PlaybackState {
  /** In the frame, an opcode replaces this text. */
  op: "playbackState";
}

/** In the order of their numbers on the wire. */
const COMMANDS: readonly PlaybackCommand[] = ["play", "pause"];
/** In the order of their numbers on the wire. */
const STATUSES: readonly PlaybackStatus[] = ["playing", "paused", "buffering", "ended"];

/** Reads the fields after the opcode. */
export function readPlaybackControlRequest(reader: ByteReader): PlaybackControlRequest {
  const command = reader.choice(COMMANDS, "bad-command");
  const speed = reader.float32();
  const seeks = reader.uint8() !== 0;
  const seekTime = reader.uint64();
  const requestId = reader.string();
  return { op: "playbackControlRequest", command, speed, ...(seeks ? { seekTime } : {}), requestId };
}

/** Returns the whole frame. */
export function writePlaybackControlRequest(message: PlaybackControlRequest, opcode: number): Uint8Array<ArrayBuffer> {
  const { seekTime } = message;
  const writer = new ByteWriter(message.op, 64);
  writer.uint8(opcode);
  writer.choice("command", COMMANDS, message.command);
  writer.float32("speed", message.speed);
  writer.boolean("seekTime", seekTime !== undefined);
  writer.uint64("seekTime", seekTime === undefined ? 0n : seekTime);
  writer.string("requestId", message.requestId);
  return writer.finish();
}

/** Reads the fields after the opcode. */
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

/** Returns the whole frame. */
export function writePlaybackState(message: PlaybackStateMessage, opcode: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(message.op, 64);
  writer.uint8(opcode);
  writer.choice("status", STATUSES, message.status);
  writer.uint64("currentTime", message.currentTime);
  writer.float32("speed", message.speed);
  writer.boolean("didSeek", message.didSeek);
  writer.string("requestId", message.requestId ?? "");
  return writer.finish();
}
