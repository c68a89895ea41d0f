# PyPI's foxglove-sdk, which is written in Rust: the Rust peer. Takes a plan.

import json
import mmap
import signal
import struct
import sys
import time

import foxglove

# No server lives longer, whatever becomes of the program that started it.
MAX_LIFE_S = 120
# What may be under way for one client, within the package's default backlog of 1024 messages: beyond it drops the oldest.
MAX_MESSAGES_UNDER_WAY = 1000
MAX_BYTES_UNDER_WAY = 16 * 1024 * 1024

NO_SCHEMA = foxglove.Schema(name="", encoding="", data=b"")


def main() -> None:
    plan = json.loads(sys.argv[1])
    payload = bytes(plan["payloadBytes"])
    channel = foxglove.Channel("/bench", message_encoding="bench", schema=NO_SCHEMA)
    server = foxglove.start_server(name="bench", host="127.0.0.1", port=0)
    print(server.port, flush=True)
    if plan["rateHz"] > 0:
        publish_at_rate(channel, payload, plan["rateHz"])
    else:
        saturate(channel, payload, plan["progressFile"])


def saturate(channel: foxglove.Channel, payload: bytes, progress_file: str) -> None:
    """Its queue cannot be seen: the clients say how far they are."""
    log = channel.base.log
    under_way = max(4, min(MAX_MESSAGES_UNDER_WAY, MAX_BYTES_UNDER_WAY // len(payload)))
    while not channel.has_sinks():
        time.sleep(0.001)
    with open(progress_file, "rb") as file:
        progress = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)
    sequence = 0
    while True:
        end = struct.unpack("<Q", progress)[0] + under_way
        if sequence >= end:
            time.sleep(0.00005)
        while sequence < end:
            log(payload, sequence)
            sequence += 1


def publish_at_rate(
    channel: foxglove.Channel, payload: bytes, rate_hz: float
) -> None:
    start = time.perf_counter()
    published = 0
    while True:
        time.sleep(0.001)
        due = (time.perf_counter() - start) * rate_hz
        while published < due:
            channel.log(payload, log_time=time.time_ns())
            published += 1


signal.alarm(MAX_LIFE_S)
main()
