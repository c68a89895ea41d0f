# Writes an MCAP file with PyPI's mcap. Arguments: the path, the compression (none, lz4, zstd), and whether in chunks.
import sys

from mcap.writer import CompressionType, Writer

path, compression, chunked = sys.argv[1:]
with open(path, "wb") as file:
    writer = Writer(
        file,
        chunk_size=1000,
        compression=CompressionType[compression.upper()],
        use_chunking=chunked == "true",
        enable_data_crcs=True,
    )
    writer.start(profile="ros2", library="test")
    schema = writer.register_schema(name="Pose", encoding="jsonschema", data=b"{}")
    channels = [
        writer.register_channel(
            topic=f"/topic{index}", message_encoding="json", schema_id=schema, metadata={"key": "value"}
        )
        for index in range(3)
    ]
    for index in range(300):
        time = 1_000_000 + index * 10 + (-25 if index % 7 == 0 else 0)
        data = b'{"x":%d,"text":"%s"}' % (index, b"a" * (index % 50))
        writer.add_message(
            channel_id=channels[index % 3], log_time=time, publish_time=time - 5, sequence=index, data=data
        )
    writer.add_attachment(create_time=7, log_time=8, name="map", media_type="image/png", data=b"123")
    writer.add_metadata(name="robot", data={"name": "r1"})
    writer.finish()
