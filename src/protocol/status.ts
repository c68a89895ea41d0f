// status and removeStatus: what the server tells the person in front of the client.

import { fieldsToWrite, type JsonFields, type Kind, STRING } from "./json_fields.ts";

/** How bad a status is. */
export const StatusLevel = { INFO: 0, WARNING: 1, ERROR: 2 } as const;
/** How bad a status is: a value of the constant of the same name. */
export type StatusLevel = (typeof StatusLevel)[keyof typeof StatusLevel];

/**
 * Server: a note for the user.
 *
 * Spec: "Status" (JSON).
 */
export interface Status {
  /** The same on the wire. */
  op: "status";
  /** Clients show each level differently. */
  level: StatusLevel;
  /** For people. */
  message: string;
  /** A later status with the same id replaces this one, and `removeStatus` names it. */
  id?: string;
}

/**
 * Server: earlier statuses no longer hold.
 *
 * Spec: "Remove Status" (JSON).
 */
export interface RemoveStatus {
  /** The same on the wire. */
  op: "removeStatus";
  /** Unknown ids are ignored. */
  statusIds: readonly string[];
}

const STATUS_LEVEL: Kind<StatusLevel> = {
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
  const id = fields.optional("id", STRING);
  if (id !== undefined) status.id = id;
  return status;
}

/** What goes into the JSON. */
export function writeStatus(message: Status): Status {
  return readStatus(fieldsToWrite(message));
}

/** Reads a `removeStatus`. */
export function readRemoveStatus(fields: JsonFields<keyof RemoveStatus>): RemoveStatus {
  return { op: "removeStatus", statusIds: fields.list("statusIds", STRING) };
}

/** What goes into the JSON. */
export function writeRemoveStatus(message: RemoveStatus): RemoveStatus {
  return readRemoveStatus(fieldsToWrite(message));
}
