// ParameterRangeJson, ClientJson: parts of the statistics that the status page reads as well. This imports nothing,
// because the types of the server name types of Deno.

/** A number of a parameter. An integer that JSON readers would round is text. */
export type NumberJson = number | string;

/** The values that a parameter of a typed store accepts: see `ParameterDefinition`. */
export interface ParameterRangeJson {
  readonly type?: string;
  readonly min?: NumberJson;
  readonly max?: NumberJson;
  readonly step?: NumberJson;
  readonly oneOf?: readonly (NumberJson | boolean)[];
  readonly description?: string;
  readonly readOnly?: boolean;
}

/** A client. Its rights are left out. */
export interface ClientJson {
  readonly id: number;
  readonly address: string;
  readonly subprotocol?: string;
  readonly userAgent?: string;
  /** Present if the client has an identity. */
  readonly identity?: { readonly name?: string };
  /** Such as `2026-11-27T10:00:00.000Z`. */
  readonly connectedAt: string;
}
