// makeDescriptor(): descriptors that protoc does not write, for tests.

import descriptorExtension from "npm:protobufjs@8.8.1/ext/descriptor/index.js";

interface DescriptorType {
  fromObject(value: object): unknown;
  encode(message: unknown): { finish(): Uint8Array };
}

const { FileDescriptorSet } = descriptorExtension as unknown as { FileDescriptorSet: DescriptorType };

/** Serialises a `FileDescriptorSet` with these files. Names are those of descriptor.proto in lower camel case. */
export function makeDescriptor(...file: readonly object[]): Uint8Array {
  return new Uint8Array(FileDescriptorSet.encode(FileDescriptorSet.fromObject({ file })).finish());
}
