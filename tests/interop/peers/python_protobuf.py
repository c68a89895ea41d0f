# Reads and writes messages with PyPI's protobuf. The argument is a descriptor in base64. For each line
# {"type": name, "payload": base64} it prints the message again, as {"payload": base64, "json": text}.

import base64
import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

files = descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(sys.argv[1]))
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)

for line in sys.stdin:
    request = json.loads(line)
    Message = message_factory.GetMessageClass(pool.FindMessageTypeByName(request["type"]))
    message = Message.FromString(base64.b64decode(request["payload"]))
    # Otherwise fields with a wrong tag would be written again as they came.
    message.DiscardUnknownFields()
    text = json_format.MessageToJson(message, preserving_proto_field_name=True)
    payload = base64.b64encode(message.SerializeToString()).decode()
    print(json.dumps({"payload": payload, "json": text}), flush=True)
