// The first byte of a binary frame. The two directions number theirs separately.

/** What a server's binary frame begins with. */
export const ServerOpcode = {
  MESSAGE_DATA: 0x01,
  TIME: 0x02,
  SERVICE_CALL_RESPONSE: 0x03,
  FETCH_ASSET_RESPONSE: 0x04,
  PLAYBACK_STATE: 0x05,
} as const;

/** What a client's binary frame begins with. */
export const ClientOpcode = {
  MESSAGE_DATA: 0x01,
  SERVICE_CALL_REQUEST: 0x02,
  PLAYBACK_CONTROL_REQUEST: 0x03,
} as const;
