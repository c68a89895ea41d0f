// status and removeStatus: messages from the server for the user of the client.

import { fieldsToWrite, type FieldType, type JsonFields, setIfPresent, STRING } from "./json_fields.ts";

/** The severity of a status. */
export const StatusLevel = { INFO: 0, WARNING: 1, ERROR: 2 } as const;
/** The severity of a status: one of the values of the constant with the same name. */
export type StatusLevel = (typeof StatusLevel)[keyof typeof StatusLevel];

/**
 * From the server: a message for the user.
 *
 * Spec: "Status" (JSON).
 */
export interface Status {
  /** The same `op` as in the JSON. */
  op: "status";
  /** The severity. Apps show each level differently. */
  level: StatusLevel;
  /** Text for the user. */
  message: string;
  /** A later status with the same id replaces this one. `removeStatus` removes it. */
  id?: string;
}

/**
 * From the server: removes earlier statuses.
 *
 * Spec: "Remove Status" (JSON).
 */
export interface RemoveStatus {
  /** The same `op` as in the JSON. */
  op: "removeStatus";
  /** The ids of the statuses to remove. Unknown ids are ignored. */
  statusIds: readonly string[];
}

const STATUS_LEVEL: FieldType<StatusLevel> = {
  is: (value) => value === StatusLevel.INFO || value === StatusLevel.WARNING || value === StatusLevel.ERROR,
  rule: "0, 1 or 2",
  numeric: true,
};

/** Reads a `status`. */
export function readStatus(fields: JsonFields<keyof Status>): Status {
  const status: Status = {
    op: "status",
    level: fields.get("level", STATUS_LEVEL),
    message: fields.get("message", STRING),
  };
  setIfPresent(status, "id", fields.optional("id", STRING));
  return status;
}

/** Checks a `status` and returns the object to send as JSON. */
export function writeStatus(message: Status): Status {
  return readStatus(fieldsToWrite(message));
}

/** Reads a `removeStatus`. */
export function readRemoveStatus(fields: JsonFields<keyof RemoveStatus>): RemoveStatus {
  return { op: "removeStatus", statusIds: fields.list("statusIds", STRING) };
}

/** Checks a `removeStatus` and returns the object to send as JSON. */
export function writeRemoveStatus(message: RemoveStatus): RemoveStatus {
  return readRemoveStatus(fieldsToWrite(message));
}
