# Prints the protobuf descriptors of all messages of PyPI's foxglove-sdk: one object of base64 by schema name.

import base64
import json

from foxglove import messages

types = [each for each in vars(messages).values() if hasattr(each, "get_schema")]
schemas = [each.get_schema() for each in types]
print(json.dumps({each.name: base64.b64encode(each.data).decode() for each in schemas}), flush=True)
