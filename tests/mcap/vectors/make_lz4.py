# Writes lz4.json: LZ4 frames of PyPI's lz4 4.4.5, for tests/mcap/compression/lz4_test.ts.
#
# python make_lz4.py > lz4.json

import base64
import json

import lz4.frame


def text():
    """70,000 bytes, which are two blocks. The test makes the same."""
    result = bytearray()
    value = 1
    while len(result) < 70_000:
        value = (value * 48271) % 0x7FFFFFFF
        result += b'{"value":%d,"frame_id":"base_link","covariance":[0,0,0,0,0,0,0,0,0],"text":"the same in each line"}\n' % (value % 100)
    return bytes(result[:70_000])


def runs():
    """Repeated pieces of 1 to 40 bytes."""
    return b"".join(bytes(range(65, 65 + size)) * (300 // size + 2) for size in range(1, 41))


def noise():
    """1,500 bytes that do not become smaller."""
    value = 1
    result = bytearray()
    for _ in range(1_500):
        value = (value * 48271) % 0x7FFFFFFF
        result.append((value >> 8) & 0xFF)
    return bytes(result)


INPUTS = {"empty": b"", "short": b"MCAP", "zeros": bytes(70_000), "runs": runs(), "noise": noise(), "text": text()}
# Block size id, linked, content checksum, block checksum, level, size stored: each pair of values occurs.
SETTINGS = [
    (4, False, False, False, 0, False),
    (4, True, True, True, 0, True),
    (4, False, True, True, 9, False),
    (4, True, False, False, 9, True),
    (7, True, True, False, 0, False),
    (7, False, False, True, 0, True),
    (7, True, False, True, 9, False),
    (7, False, True, False, 9, True),
]

vectors = []
for name, data in INPUTS.items():
    for block_size, linked, content_checksum, block_checksum, level, store_size in SETTINGS:
        if name == "text" and block_size == 7:
            continue
        frame = lz4.frame.compress(
            data,
            block_size=block_size,
            block_linked=linked,
            content_checksum=content_checksum,
            block_checksum=block_checksum,
            compression_level=level,
            store_size=store_size,
        )
        vectors.append({"input": name, "frame": base64.b64encode(frame).decode()})
print("[")
print(",\n".join("  " + json.dumps(vector) for vector in vectors))
print("]")
