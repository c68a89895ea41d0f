# Reads and writes messages with PyPI's protobuf. The arguments are a descriptor in base64 and the name of a message
# type. For each line {"payload": base64} it prints the message again, as {"payload": base64, "json": text}.

import base64
import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

files = descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(sys.argv[1]))
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
Message = message_factory.GetMessageClass(pool.FindMessageTypeByName(sys.argv[2]))

for line in sys.stdin:
    message = Message.FromString(base64.b64decode(json.loads(line)["payload"]))
    # Otherwise fields with a wrong tag would be written again as they came.
    message.DiscardUnknownFields()
    text = json_format.MessageToJson(message, preserving_proto_field_name=True)
    payload = base64.b64encode(message.SerializeToString()).decode()
    print(json.dumps({"payload": payload, "json": text}), flush=True)
