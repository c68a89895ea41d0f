// ServerPlan and SchemasServerPlan: the channels and messages of a benchmark server. Its only argument, as JSON.

/** The messages on the only channel of each server. */
export interface ServerPlan {
  payloadBytes: number;
  /** Messages per second, stamped with the time; 0: as fast as the clients read, stamped with the sequence number. */
  rateHz: number;
  /** The maximum of messages in one turn of the event loop. Only for servers in JavaScript, and without a rate. */
  perTurn?: number;
  /** Whether messages are stamped with the time also without a rate. Only for servers in JavaScript. */
  stampsTime?: boolean;
  /** For a server that cannot see its own queue: the file with the progress of its clients. */
  progressFile?: string;
}

/** The channels of the server for the benchmark of schemas. */
export interface SchemasServerPlan {
  channels: number;
  /** How many different schemas the channels have. */
  schemas: number;
  /** The size of each schema, which consists of random bytes. */
  schemaBytes: number;
}
