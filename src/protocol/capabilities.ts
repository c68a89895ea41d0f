// The strings by which a server declares what it can do, and the subprotocol tokens.

/**
 * What a server can do beyond sending messages, as `serverInfo` lists it.
 *
 * Spec: "Server Info", field `capabilities`.
 *
 * | capability            | allows                                                             |
 * | --------------------- | ------------------------------------------------------------------ |
 * | `clientPublish`       | clients advertise channels and publish on them                     |
 * | `parameters`          | clients get and set parameters                                     |
 * | `parametersSubscribe` | clients are told when parameters change                            |
 * | `time`                | the server tells its clock                                         |
 * | `services`            | clients call services                                              |
 * | `connectionGraph`     | clients are shown who publishes, subscribes and serves             |
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

/** A WebSocket subprotocol that this module speaks. */
export type Subprotocol = "foxglove.sdk.v1" | "foxglove.websocket.v1";

/** Every {@linkcode Subprotocol}, the preferred one first: it is a superset of the other. */
export const SUBPROTOCOLS: readonly Subprotocol[] = ["foxglove.sdk.v1", "foxglove.websocket.v1"];
