# PyPI's foxglove-websocket: the Python server. Its argument is a plan.

import asyncio
import json
import signal
import sys
import time

from foxglove_websocket.server import FoxgloveServer

# The server exits after this time, even if the program that started it has crashed.
MAX_LIFE_S = 120
# The time that it publishes in one turn of the event loop.
SLICE_S = 0.002


async def main() -> None:
    plan = json.loads(sys.argv[1])
    payload = bytes(plan["payloadBytes"])
    async with FoxgloveServer("127.0.0.1", 0, "bench") as server:
        listening = await server.wait_opened()
        channel_id = await server.add_channel(
            {"topic": "/bench", "encoding": "bench", "schemaName": "", "schema": ""}
        )
        print(listening.sockets[0].getsockname()[1], flush=True)
        if plan["rateHz"] > 0:
            await publish_at_rate(server, channel_id, payload, plan["rateHz"])
        else:
            await saturate(server, channel_id, payload)


async def saturate(server: FoxgloveServer, channel_id: int, payload: bytes) -> None:
    """Sending waits for slow clients, so there is no other pacing."""
    sequence = 0
    while True:
        # Without clients, the loop would otherwise never wait.
        await asyncio.sleep(0 if server._clients else 0.001)
        end = time.perf_counter() + SLICE_S
        while server._clients and time.perf_counter() < end:
            await server.send_message(channel_id, sequence, payload)
            sequence += 1


async def publish_at_rate(
    server: FoxgloveServer, channel_id: int, payload: bytes, rate_hz: float
) -> None:
    start = time.perf_counter()
    published = 0
    while True:
        await asyncio.sleep(0.001)
        due = (time.perf_counter() - start) * rate_hz
        while published < due:
            await server.send_message(channel_id, time.time_ns(), payload)
            published += 1


signal.alarm(MAX_LIFE_S)
asyncio.run(main())
