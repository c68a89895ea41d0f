# The server program for PyPI's foxglove-websocket. The argument is the fixture; ../server_driver.ts documents commands
# and events.

import asyncio
import base64
import json
import logging
import math
import signal
import sys

from foxglove_websocket.server import FoxgloveServer, FoxgloveServerListener

# The server exits after this time, even if the test no longer runs.
MAX_RUN_TIME_S = 120


def report(**line) -> None:
    print(json.dumps(line), flush=True)


class Listener(FoxgloveServerListener):
    def __init__(self, fixture) -> None:
        self.parameters = {each["name"]: each for each in fixture["parameters"]}
        self.failure = fixture["failure"]
        self.channels = {}
        self.services = {}
        self.client_topics = {}

    def on_subscribe(self, server, channel_id):
        topics = [topic for topic, id in self.channels.items() if id == channel_id]
        report(event="subscribe", topic=topics[0])

    async def on_client_advertise(self, server, channel):
        self.client_topics[channel["id"]] = channel["topic"]
        known = {key: channel[key] for key in ("topic", "encoding", "schemaName")}
        report(event="advertise", **known)

    async def on_client_unadvertise(self, server, channel_id):
        report(event="unadvertise", topic=self.client_topics[channel_id])

    async def on_client_message(self, server, channel_id, payload):
        text = base64.b64encode(payload).decode()
        report(event="message", topic=self.client_topics[channel_id], payload=text)

    async def on_service_request(
        self, server, service_id, call_id, encoding, payload
    ):
        if self.services[service_id] != "/add":
            raise RuntimeError(self.failure)
        request = json.loads(payload)
        return json.dumps({"sum": request["a"] + request["b"]}).encode()

    async def on_get_parameters(self, server, param_names, request_id):
        return [
            each
            for name, each in self.parameters.items()
            if not param_names or name in param_names
        ]

    async def on_set_parameters(self, server, params, request_id):
        for change in params:
            if change.get("value") is None:
                self.parameters.pop(change["name"], None)
            else:
                self.parameters[change["name"]] = change
        names = [change["name"] for change in params]
        return [self.parameters.get(name, {"name": name}) for name in names]


async def execute(server, listener, command) -> bool:
    match command["type"]:
        case "addChannel":
            channel = command["channel"]
            listener.channels[channel["topic"]] = await server.add_channel(channel)
        case "removeChannel":
            await server.remove_channel(listener.channels[command["topic"]])
        case "sendMessage":
            payload = base64.b64decode(command["payload"])
            channel_id = listener.channels[command["topic"]]
            await server.send_message(channel_id, int(command["timestamp"]), payload)
        case "updateParameters":
            for change in command["parameters"]:
                listener.parameters[change["name"]] = change
            await server.update_parameters(command["parameters"])
        case "updateSpecialNumbers":
            values = {
                "gains": [0.1, math.nan, math.inf],
                "offset": math.nan,
                "stamp": 1732648800123456789,
                "stamps": {"last": [1, -1732648800123456789], "error": math.nan},
            }
            changes = [{"name": name, "value": value} for name, value in values.items()]
            listener.parameters.update({each["name"]: each for each in changes})
            await server.update_parameters(changes)
        case "broadcastTime":
            await server.broadcast_time(int(command["timestamp"]))
        case "sendStatus":
            await server.send_status(
                command["level"], command["message"], command["id"]
            )
        case "removeStatus":
            await server.remove_status([command["id"]])
        case "resetSessionId":
            await server.reset_session_id(command["sessionId"])
        case _:
            return False
    return True


async def main() -> None:
    fixture = json.loads(sys.argv[1])
    logger = logging.getLogger("matrix")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    listener = Listener(fixture)
    async with FoxgloveServer(
        "127.0.0.1",
        fixture["port"],
        fixture["name"],
        capabilities=[
            "clientPublish",
            "parameters",
            "parametersSubscribe",
            "services",
            "time",
        ],
        supported_encodings=["json"],
        session_id=fixture["sessionId"],
        logger=logger,
    ) as server:
        server.set_listener(listener)
        for channel in fixture["channels"]:
            listener.channels[channel["topic"]] = await server.add_channel(channel)
        for service in fixture["services"]:
            listener.services[await server.add_service(service)] = service["name"]
        listening = await server.wait_opened()
        report(port=listening.sockets[0].getsockname()[1])
        while line := await asyncio.to_thread(sys.stdin.readline):
            command = json.loads(line)
            if await execute(server, listener, command):
                report(done=True)
            else:
                report(unsupported=command["type"])


signal.alarm(MAX_RUN_TIME_S)
asyncio.run(main())
