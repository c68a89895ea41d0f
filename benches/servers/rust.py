# PyPI's foxglove-sdk, which is written in Rust: the Rust server. Its argument is a plan.

import json
import mmap
import signal
import struct
import sys
import time

import foxglove

# The server exits after this time, even if the program that started it has crashed.
MAX_LIFE_S = 120
# The maximum queue of a client. The package drops the oldest message above its default backlog of 1024.
MAX_QUEUED_MESSAGES = 1000
MAX_QUEUED_BYTES = 16 * 1024 * 1024

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
    """The queue is not visible, so the clients report their progress."""
    log = channel.base.log
    max_queued = max(4, min(MAX_QUEUED_MESSAGES, MAX_QUEUED_BYTES // len(payload)))
    while not channel.has_sinks():
        time.sleep(0.001)
    with open(progress_file, "rb") as file:
        progress = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)
    sequence = 0
    while True:
        end = struct.unpack("<Q", progress)[0] + max_queued
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
