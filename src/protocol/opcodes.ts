// Opcodes: the first bytes of binary messages, by op. All other messages are JSON text.

/** The opcodes of a server's binary messages. */
export const SERVER_OPCODES = {
  messageData: 0x01,
  time: 0x02,
  serviceCallResponse: 0x03,
  fetchAssetResponse: 0x04,
  playbackState: 0x05,
} as const;

/** The opcodes of a client's binary messages. */
export const CLIENT_OPCODES = {
  messageData: 0x01,
  serviceCallRequest: 0x02,
  playbackControlRequest: 0x03,
} as const;
