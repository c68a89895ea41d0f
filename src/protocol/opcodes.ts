// Opcodes: the first byte of a binary frame. Each direction has its own numbers.

/** The first byte of binary frames from a server. */
export const ServerOpcode = {
  MESSAGE_DATA: 0x01,
  TIME: 0x02,
  SERVICE_CALL_RESPONSE: 0x03,
  FETCH_ASSET_RESPONSE: 0x04,
  PLAYBACK_STATE: 0x05,
} as const;

/** The first byte of binary frames from a client. */
export const ClientOpcode = {
  MESSAGE_DATA: 0x01,
  SERVICE_CALL_REQUEST: 0x02,
  PLAYBACK_CONTROL_REQUEST: 0x03,
} as const;
