// A message type of protobuf: package robot; message Battery { double volts = 1; string name = 2; }

import { decodeBase64 } from "../../src/protocol/base64.ts";

/** The members of a channel of this type. */
export const BATTERY_PROTO: { encoding: string; schemaName: string; schema: Uint8Array } = {
  encoding: "protobuf",
  schemaName: "robot.Battery",
  schema: decodeBase64(
    "CkYKDWJhdHRlcnkucHJvdG8SBXJvYm90IiYKB0JhdHRlcnkSDQoFdm9sdHMYASABKAESDAoEbmFtZRgCIAEoCWIGcHJvdG8z",
  ),
};
