# Reads MCAP files with PyPI's mcap and prints what it finds, as lines of JSON. Its arguments are paths.

import json
import sys
import zlib

from mcap.reader import NonSeekingReader, make_reader


def message(channel, message):
    crc = zlib.crc32(message.data)
    return f"{channel.topic} {message.sequence} {message.log_time} {message.publish_time} {len(message.data)} {crc}"


def seeking(path):
    with open(path, "rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        return {
            "profile": reader.get_header().profile,
            "schemas": [[s.name, s.encoding, s.data.decode()] for s in summary.schemas.values()],
            "channels": [
                [c.topic, c.message_encoding, c.metadata, summary.schemas[c.schema_id].name if c.schema_id else ""]
                for c in summary.channels.values()
            ],
            "messages": [message(c, m) for _, c, m in reader.iter_messages(log_time_order=False)],
            "attachments": [[a.name, a.media_type, a.log_time, a.create_time, len(a.data)] for a in reader.iter_attachments()],
            "metadata": [[m.name, m.metadata] for m in reader.iter_metadata()],
            "counts": [
                summary.statistics.message_count,
                summary.statistics.chunk_count,
                len(summary.chunk_indexes),
                sum(index.message_index_length for index in summary.chunk_indexes),
            ],
        }


def streaming(path):
    with open(path, "rb") as file:
        reader = NonSeekingReader(file, validate_crcs=True)
        return {"messages": [message(c, m) for _, c, m in reader.iter_messages(log_time_order=False)]}


READERS = {"seeking": seeking, "streaming": streaming}
for path in sys.argv[2:]:
    print(json.dumps(READERS[sys.argv[1]](path)))
