# The server program for PyPI's foxglove-sdk, which is written in Rust. The argument is the fixture; ../server_driver.ts
# documents commands and events.

import base64
import json
import math
import signal
import sys
import threading

import foxglove
from foxglove.websocket import (
    Capability,
    ConnectionGraph,
    MessageSchema,
    Parameter,
    PlaybackCommand,
    PlaybackState,
    PlaybackStatus,
    ServerListener,
    Service,
    ServiceSchema,
    StatusLevel,
)

# The server exits after this time, even if the test no longer runs.
MAX_RUN_TIME_S = 120
LEVELS = [StatusLevel.Info, StatusLevel.Warning, StatusLevel.Error]

stdout_lock = threading.Lock()


def report(**line) -> None:
    # The server calls hooks on its own threads.
    with stdout_lock:
        print(json.dumps(line), flush=True)


def to_parameter(wire) -> Parameter:
    """The package derives the type from the type of the value."""
    value = wire.get("value")
    match wire.get("type"):
        case "byte_array":
            value = base64.b64decode(value)
        case "float64":
            value = float(value)
        case "float64_array":
            value = [float(each) for each in value]
    return Parameter(wire["name"], value=value)


def to_channel(wire) -> foxglove.Channel:
    text = wire["schema"]
    metadata = wire.get("metadata")
    if not wire["schemaEncoding"]:
        return foxglove.Channel(
            wire["topic"], message_encoding=wire["encoding"], metadata=metadata
        )
    is_text = wire["schemaEncoding"] == "jsonschema"
    data = text.encode() if is_text else base64.b64decode(text)
    schema = foxglove.Schema(
        name=wire["schemaName"], encoding=wire["schemaEncoding"], data=data
    )
    return foxglove.Channel(
        wire["topic"],
        message_encoding=wire["encoding"],
        schema=schema,
        metadata=metadata,
    )


def to_side(wire) -> MessageSchema:
    schema = foxglove.Schema(
        name=wire["schemaName"],
        encoding=wire["schemaEncoding"],
        data=wire["schema"].encode(),
    )
    return MessageSchema(encoding=wire["encoding"], schema=schema)


def to_graph(wire) -> ConnectionGraph:
    graph = ConnectionGraph()
    for each in wire["publishedTopics"]:
        graph.set_published_topic(each["name"], each["publisherIds"])
    for each in wire["subscribedTopics"]:
        graph.set_subscribed_topic(each["name"], each["subscriberIds"])
    for each in wire["advertisedServices"]:
        graph.set_advertised_service(each["name"], each["providerIds"])
    return graph


class Listener(ServerListener):
    def __init__(self, fixture) -> None:
        self.start_time = int(fixture["dataStartTime"])
        self.parameters = {
            each["name"]: to_parameter(each) for each in fixture["parameters"]
        }
        self.client_topics = {}

    def on_subscribe(self, client, channel):
        report(event="subscribe", topic=channel.topic)

    def on_client_advertise(self, client, channel):
        self.client_topics[channel.id] = channel.topic
        report(
            event="advertise",
            topic=channel.topic,
            encoding=channel.encoding,
            schemaName=channel.schema_name,
        )

    def on_client_unadvertise(self, client, client_channel_id):
        report(event="unadvertise", topic=self.client_topics[client_channel_id])

    def on_message_data(self, client, client_channel_id, data):
        text = base64.b64encode(data).decode()
        report(event="message", topic=self.client_topics[client_channel_id], payload=text)

    def on_get_parameters(self, client, param_names, request_id=None):
        return [
            each
            for name, each in self.parameters.items()
            if not param_names or name in param_names
        ]

    def on_set_parameters(self, client, parameters, request_id=None):
        for change in parameters:
            if change.value is None:
                self.parameters.pop(change.name, None)
            else:
                self.parameters[change.name] = change
        names = [change.name for change in parameters]
        return [self.parameters.get(name, Parameter(name)) for name in names]

    def on_playback_control_request(self, request):
        plays = request.playback_command == PlaybackCommand.Play
        seek_time = request.seek_time
        report(
            event="playback",
            command="play" if plays else "pause",
            speed=request.playback_speed,
            **({} if seek_time is None else {"seekTime": str(seek_time)}),
        )
        return PlaybackState(
            status=PlaybackStatus.Playing if plays else PlaybackStatus.Paused,
            current_time=self.start_time if seek_time is None else seek_time,
            playback_speed=request.playback_speed,
            did_seek=seek_time is not None,
            request_id=request.request_id,
        )


def add(request) -> bytes:
    numbers = json.loads(request.payload)
    return json.dumps({"sum": numbers["a"] + numbers["b"]}).encode()


def to_service(wire, failure) -> Service:
    schema = ServiceSchema(
        wire["type"],
        request=to_side(wire["request"]),
        response=to_side(wire["response"]),
    )

    def fail(request) -> bytes:
        raise RuntimeError(failure)

    handler = add if wire["name"] == "/add" else fail
    return Service(wire["name"], schema=schema, handler=handler)


def execute(server, listener, channels, command) -> None:
    match command["type"]:
        case "addChannel":
            channels[command["channel"]["topic"]] = to_channel(command["channel"])
        case "removeChannel":
            channels[command["topic"]].close()
        case "sendMessage":
            payload = base64.b64decode(command["payload"])
            channels[command["topic"]].log(payload, log_time=int(command["timestamp"]))
        case "updateParameters":
            changes = [to_parameter(each) for each in command["parameters"]]
            listener.parameters.update({each.name: each for each in changes})
            server.publish_parameter_values(changes)
        case "updateSpecialNumbers":
            values = {
                "gains": [0.1, math.nan, math.inf],
                "offset": math.nan,
                "stamp": 1732648800123456789,
                "stamps": {"last": [1, -1732648800123456789], "error": math.nan},
            }
            changes = [Parameter(name, value=value) for name, value in values.items()]
            listener.parameters.update({each.name: each for each in changes})
            server.publish_parameter_values(changes)
        case "updateConnectionGraph":
            server.publish_connection_graph(to_graph(command["graph"]))
        case "broadcastTime":
            server.broadcast_time(int(command["timestamp"]))
        case "sendStatus":
            server.publish_status(
                command["message"], LEVELS[command["level"]], command["id"]
            )
        case "removeStatus":
            server.remove_status([command["id"]])
        case "resetSessionId":
            server.clear_session(command["sessionId"])
        case "broadcastPlaybackState":
            server.broadcast_playback_state(
                PlaybackState(
                    status=PlaybackStatus.Ended,
                    current_time=int(command["currentTime"]),
                    playback_speed=1.0,
                    did_seek=False,
                    request_id=None,
                )
            )


def main() -> None:
    fixture = json.loads(sys.argv[1])
    listener = Listener(fixture)
    contents = base64.b64decode(fixture["asset"]["base64"])
    channels = {each["topic"]: to_channel(each) for each in fixture["channels"]}
    server = foxglove.start_server(
        name=fixture["name"],
        host="127.0.0.1",
        port=fixture["port"],
        capabilities=[
            Capability.ClientPublish,
            Capability.ConnectionGraph,
            Capability.Parameters,
            Capability.Services,
            Capability.Time,
        ],
        server_listener=listener,
        supported_encodings=["json"],
        services=[to_service(each, fixture["failure"]) for each in fixture["services"]],
        asset_handler=lambda uri: contents if uri == fixture["asset"]["uri"] else None,
        session_id=fixture["sessionId"],
        playback_time_range=(int(fixture["dataStartTime"]), int(fixture["dataEndTime"])),
    )
    report(port=server.port)
    for line in sys.stdin:
        execute(server, listener, channels, json.loads(line))
        report(done=True)


signal.alarm(MAX_RUN_TIME_S)
main()
