# The conversation of converse.ts over PyPI's websockets. Prints the report as one line of JSON. The arguments are the
# URL, the subprotocols separated by commas, and for wss the file of a certificate to trust.

import asyncio
import hashlib
import json
import ssl
import struct
import sys

from websockets.asyncio.client import connect

MESSAGES = 3
CALL_ID = 7


async def next_text(socket, op: str) -> dict:
    message = json.loads(await socket.recv())
    if message["op"] != op:
        raise ValueError(f"Expected {op}, received {message}")
    return message


async def next_binary(socket, opcode: int) -> bytes:
    frame = await socket.recv()
    if not isinstance(frame, bytes) or frame[0] != opcode:
        raise ValueError(f"Expected opcode {opcode}, received {frame[:100]}")
    return frame


async def converse(socket) -> dict:
    server_info = await next_text(socket, "serverInfo")
    channel = (await next_text(socket, "advertise"))["channels"][0]
    service = (await next_text(socket, "advertiseServices"))["services"][0]

    subscription = {"id": 1, "channelId": channel["id"]}
    await socket.send(json.dumps({"op": "subscribe", "subscriptions": [subscription]}))
    payloads, messages = [], []
    while len(messages) < MESSAGES:
        frame = await next_binary(socket, 1)
        payload = frame[13:]
        payloads.append(payload)
        messages.append(
            {
                "timestamp": str(struct.unpack_from("<Q", frame, 5)[0]),
                "bytes": len(payload),
                "characters": len(payload.decode()),
                "sha256": hashlib.sha256(payload).hexdigest(),
            }
        )

    topic = channel["topic"] + "/zurück"
    back = {"id": 5, "topic": topic, "encoding": "json", "schemaName": ""}
    await socket.send(
        json.dumps({"op": "advertise", "channels": [back]}, ensure_ascii=False)
    )
    await socket.send(struct.pack("<BI", 1, 5) + payloads[1])
    head = struct.pack("<BIII", 2, service["id"], CALL_ID, 4)
    await socket.send(head + b"json" + payloads[0])
    response = await next_binary(socket, 3)
    text_start = 13 + struct.unpack_from("<I", response, 9)[0]

    await socket.close(1000, "done")
    return {
        "subprotocol": socket.subprotocol,
        "extensions": ", ".join(each.name for each in socket.protocol.extensions),
        "serverName": server_info["name"],
        "channel": {"topic": channel["topic"], "schema": channel["schema"]},
        "messages": messages,
        "response": response[text_start:].decode(),
        "closeCode": socket.close_code,
    }


async def main(url: str, subprotocols: str, certificate: str | None = None) -> None:
    options = {"subprotocols": subprotocols.split(","), "max_size": None}
    if certificate is not None:
        options["ssl"] = ssl.create_default_context(cafile=certificate)
    async with connect(url, **options) as socket:
        print(json.dumps(await converse(socket)))


asyncio.run(main(*sys.argv[1:]))
