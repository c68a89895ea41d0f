# A plain client over PyPI's websockets, in the matrix: it knows the protocol from its text alone, and none of its packages.
# Takes a URL; what goes over stdin and stdout is told in ../clients/python_client.ts.

import asyncio
import base64
import json
import signal
import struct
import sys

from websockets.asyncio.client import connect

# No client lives longer, whatever becomes of the test.
MAX_LIFE_S = 120
SUBPROTOCOLS = ["foxglove.sdk.v1", "foxglove.websocket.v1"]


def tell(**line) -> None:
    print(json.dumps(line), flush=True)


def text64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def read(frame: bytes) -> dict:
    """Numbers of 64 bits become text, bytes become base64."""
    match frame[0]:
        case 1:
            subscription_id, timestamp = struct.unpack_from("<IQ", frame, 1)
            return {
                "op": "message",
                "subscriptionId": subscription_id,
                "timestamp": str(timestamp),
                "data": text64(frame[13:]),
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
                "data": text64(frame[13 + length :]),
            }
        case 4:
            request_id, status, length = struct.unpack_from("<IBI", frame, 1)
            return {
                "op": "fetchAssetResponse",
                "requestId": request_id,
                "status": status,
                "error": frame[10 : 10 + length].decode(),
                "data": text64(frame[10 + length :]),
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
    return {"op": "unknown", "data": text64(frame)}


def write(message: dict) -> str | bytes:
    """What is binary on the wire comes with its bytes as base64."""
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


async def listen(socket) -> None:
    async for frame in socket:
        tell(heard=json.loads(frame) if isinstance(frame, str) else read(frame))


async def main() -> None:
    async with connect(sys.argv[1], subprotocols=SUBPROTOCOLS) as socket:
        tell(subprotocol=socket.subprotocol)
        listening = asyncio.create_task(listen(socket))
        while line := await asyncio.to_thread(sys.stdin.readline):
            await socket.send(write(json.loads(line)))
    await listening


signal.alarm(MAX_LIFE_S)
asyncio.run(main())
