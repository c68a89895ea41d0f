# A plain client over PyPI's websockets. It implements the specification without any package for the protocol.
# The arguments are the URL and the subprotocols to offer; ../clients/python_client.ts documents the lines on stdin and
# stdout.

import asyncio
import base64
import json
import signal
import struct
import sys

from websockets.asyncio.client import connect

# The client exits after this time, even if the test no longer runs.
MAX_RUN_TIME_S = 120


def report(**line) -> None:
    print(json.dumps(line), flush=True)


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def read(frame: bytes) -> dict:
    """Decodes a frame. 64-bit numbers become text, bytes become base64."""
    match frame[0]:
        case 1:
            subscription_id, timestamp = struct.unpack_from("<IQ", frame, 1)
            return {
                "op": "message",
                "subscriptionId": subscription_id,
                "timestamp": str(timestamp),
                "data": to_base64(frame[13:]),
            }
        case 2:
            (timestamp,) = struct.unpack_from("<Q", frame, 1)
            return {"op": "time", "timestamp": str(timestamp)}
        case 3:
            service_id, call_id, length = struct.unpack_from("<III", frame, 1)
            return {
                "op": "serviceCallResponse",
                "serviceId": service_id,
                "callId": call_id,
                "encoding": frame[13 : 13 + length].decode(),
                "data": to_base64(frame[13 + length :]),
            }
        case 4:
            request_id, status, length = struct.unpack_from("<IBI", frame, 1)
            return {
                "op": "fetchAssetResponse",
                "requestId": request_id,
                "status": status,
                "error": frame[10 : 10 + length].decode(),
                "data": to_base64(frame[10 + length :]),
            }
        case 5:
            status, time, speed, did_seek, length = struct.unpack_from(
                "<BQfBI", frame, 1
            )
            return {
                "op": "playbackState",
                "status": status,
                "currentTime": str(time),
                "speed": speed,
                "didSeek": did_seek != 0,
                "requestId": frame[19 : 19 + length].decode(),
            }
    return {"op": "unknown", "data": to_base64(frame)}


def write(message: dict) -> str | bytes:
    """Encodes a message. The bytes of binary messages are base64 here."""
    match message["op"]:
        case "messageData":
            payload = base64.b64decode(message["data"])
            return struct.pack("<BI", 1, message["channelId"]) + payload
        case "serviceCallRequest":
            encoding = message["encoding"].encode()
            ids = (message["serviceId"], message["callId"])
            head = struct.pack("<BIII", 2, *ids, len(encoding))
            return head + encoding + base64.b64decode(message["data"])
        case "playbackControlRequest":
            request_id = message["requestId"].encode()
            seek = message.get("seekTime")
            return (
                struct.pack(
                    "<BBfBQI",
                    3,
                    message["command"],
                    message["speed"],
                    seek is not None,
                    int(seek or 0),
                    len(request_id),
                )
                + request_id
            )
    return json.dumps(message)


class SchemaTable:
    """The schemas that the server has sent since the last serverInfo (foxglove.sdk.v1.1)."""

    def __init__(self) -> None:
        self.schemas = {}

    def read(self, message: dict) -> dict:
        """Returns the message, with the schema in each channel. Raises if the server sends a schema twice."""
        match message["op"]:
            case "serverInfo":
                self.schemas.clear()
            case "advertise":
                for schema in message.pop("schemas", []):
                    same = [known for known in self.schemas.values() if known == content(schema)]
                    if same or schema["id"] in self.schemas:
                        raise ValueError(f"Received twice: {schema}")
                    self.schemas[schema["id"]] = content(schema)
                message["channels"] = [self.resolve(each) for each in message["channels"]]
        return message

    def resolve(self, channel: dict) -> dict:
        if {"schemaName", "schemaEncoding", "schema"} & channel.keys():
            raise ValueError(f"Received a channel that contains its schema: {channel}")
        schema_id = channel.pop("schemaId", None)
        name, encoding, data = ("", "", "") if schema_id is None else self.schemas[schema_id]
        return {**channel, "schemaName": name, "schemaEncoding": encoding, "schema": data}


def content(schema: dict) -> tuple:
    return (schema["name"], schema["encoding"], schema["data"])


async def listen(socket) -> None:
    table = SchemaTable()
    has_table = socket.subprotocol == "foxglove.sdk.v1.1"
    async for frame in socket:
        message = json.loads(frame) if isinstance(frame, str) else read(frame)
        report(received=table.read(message) if has_table else message)


async def main() -> None:
    async with connect(sys.argv[1], subprotocols=sys.argv[2:]) as socket:
        report(subprotocol=socket.subprotocol)
        listening = asyncio.create_task(listen(socket))
        while line := await asyncio.to_thread(sys.stdin.readline):
            await socket.send(write(json.loads(line)))
    await listening


signal.alarm(MAX_RUN_TIME_S)
asyncio.run(main())
