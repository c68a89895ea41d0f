// Capabilities: the features that a server can declare, and the names of the subprotocols.

/**
 * An optional feature of a server, beyond sending messages. `serverInfo` lists them.
 *
 * Spec: "Server Info", field `capabilities`.
 *
 * | capability            | allows                                                             |
 * | --------------------- | ------------------------------------------------------------------ |
 * | `clientPublish`       | clients advertise channels and publish on them                     |
 * | `parameters`          | clients get and set parameters                                     |
 * | `parametersSubscribe` | clients subscribe to parameter changes                             |
 * | `time`                | the server sends its clock                                         |
 * | `services`            | clients call services                                              |
 * | `connectionGraph`     | clients receive the graph of publishers, subscribers and services  |
 * | `assets`              | clients fetch files (meshes, URDF)                                 |
 * | `playbackControl`     | clients play, pause and seek (only with a data time range)         |
 */
export type Capability =
  | "clientPublish"
  | "parameters"
  | "parametersSubscribe"
  | "time"
  | "services"
  | "connectionGraph"
  | "assets"
  | "playbackControl";

/** Every {@linkcode Capability}. */
export const CAPABILITIES: readonly Capability[] = [
  "clientPublish",
  "parameters",
  "parametersSubscribe",
  "time",
  "services",
  "connectionGraph",
  "assets",
  "playbackControl",
];

/** A WebSocket subprotocol that this module supports. */
export type Subprotocol = "foxglove.sdk.v1.1" | "foxglove.sdk.v1" | "foxglove.websocket.v1";

/** Every {@linkcode Subprotocol}, the newest first: servers select the first one that a client offers. */
export const SUBPROTOCOLS: readonly Subprotocol[] = ["foxglove.sdk.v1.1", "foxglove.sdk.v1", "foxglove.websocket.v1"];
