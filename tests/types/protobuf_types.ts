// The types of protobuf(). Checked by the compiler, not run.

import { type Codec, type Decoder, type Encoder, protobuf, type ProtobufOptions } from "../../mod.ts";
import { protobuf as fromClient } from "../../src/client/mod.ts";

interface Pose {
  frame_id: string;
  stamp: bigint;
}

const descriptor = new Uint8Array(0);

/** Valid uses. */
export function accepts(schema: ArrayBuffer | Float32Array | DataView): void {
  const options: ProtobufOptions = { descriptor: schema, type: "my.pkg.Pose" };
  const codec: Codec<Pose> = protobuf<Pose>(options);
  const _decoder: Decoder<Pose> = codec;
  const _encoder: Encoder<Pose> = codec;
  const _same: Codec<Pose> = fromClient<Pose>({ descriptor, type: "Pose" });
  const pose: Pose = codec.decode(descriptor);
  const _payload: Uint8Array | string = codec.encode(pose, { timestamp: 0n });
  codec.check?.(pose);
  const _fromJson: Pose | undefined = codec.json?.decode(descriptor);
  // Without a type argument, members are unknown.
  const _member: unknown = protobuf({ descriptor, type: "Pose" }).decode(descriptor).frame_id;
}

/** Mistakes that the compiler finds. */
export function rejects(): void {
  const codec = protobuf<Pose>({ descriptor, type: "Pose" });
  // @ts-expect-error: a member is missing.
  codec.encode({ frame_id: "" }, { timestamp: 0n });
  // @ts-expect-error: times are bigints.
  codec.encode({ frame_id: "", stamp: 5 }, { timestamp: 0n });
  // @ts-expect-error: the descriptor is bytes, not text.
  protobuf<Pose>({ descriptor: "CgA=", type: "Pose" });
  // @ts-expect-error: the type is required.
  protobuf<Pose>({ descriptor });
  // @ts-expect-error: decoded values have the type of the codec.
  const _text: string = codec.decode(descriptor).stamp;
  // @ts-expect-error: members are unknown without a type argument.
  const _name: string = protobuf({ descriptor, type: "Pose" }).decode(descriptor).frame_id;
}
