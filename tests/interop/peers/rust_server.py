# The server of PyPI's foxglove-sdk, which is written in Rust, in the matrix. Takes a scene; commands and events go as in
# ../server_peer.ts.

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

# No server lives longer, whatever becomes of the test.
MAX_LIFE_S = 120
LEVELS = [StatusLevel.Info, StatusLevel.Warning, StatusLevel.Error]

one_at_a_time = threading.Lock()


def tell(**line) -> None:
    # Hooks are called by threads of the server's own.
    with one_at_a_time:
        print(json.dumps(line), flush=True)


def to_parameter(wire) -> Parameter:
    """The types are told by the values."""
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
    is_text = wire["schemaEncoding"] == "jsonschema"
    data = text.encode() if is_text else base64.b64decode(text)
    schema = foxglove.Schema(
        name=wire["schemaName"], encoding=wire["schemaEncoding"], data=data
    )
    return foxglove.Channel(
        wire["topic"], message_encoding=wire["encoding"], schema=schema
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
    def __init__(self, scene) -> None:
        self.start_time = int(scene["dataStartTime"])
        self.parameters = {
            each["name"]: to_parameter(each) for each in scene["parameters"]
        }
        self.client_topics = {}

    def on_subscribe(self, client, channel):
        tell(saw="subscribe", topic=channel.topic)

    def on_client_advertise(self, client, channel):
        self.client_topics[channel.id] = channel.topic
        tell(
            saw="advertise",
            topic=channel.topic,
            encoding=channel.encoding,
            schemaName=channel.schema_name,
        )

    def on_client_unadvertise(self, client, client_channel_id):
        tell(saw="unadvertise", topic=self.client_topics[client_channel_id])

    def on_message_data(self, client, client_channel_id, data):
        text = base64.b64encode(data).decode()
        tell(saw="message", topic=self.client_topics[client_channel_id], payload=text)

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
        tell(
            saw="playback",
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


def obey(server, listener, channels, command) -> None:
    match command["do"]:
        case "addChannel":
            channels[command["channel"]["topic"]] = to_channel(command["channel"])
        case "removeChannel":
            channels[command["topic"]].close()
        case "send":
            payload = base64.b64decode(command["payload"])
            channels[command["topic"]].log(payload, log_time=int(command["timestamp"]))
        case "updateParameters":
            changes = [to_parameter(each) for each in command["parameters"]]
            listener.parameters.update({each.name: each for each in changes})
            server.publish_parameter_values(changes)
        case "oddNumbers":
            odd = {
                "gains": [0.1, math.nan, math.inf],
                "offset": math.nan,
                "stamp": 1732648800123456789,
                "stamps": {"last": [1, -1732648800123456789], "error": math.nan},
            }
            changes = [Parameter(name, value=value) for name, value in odd.items()]
            listener.parameters.update({each.name: each for each in changes})
            server.publish_parameter_values(changes)
        case "graph":
            server.publish_connection_graph(to_graph(command["graph"]))
        case "time":
            server.broadcast_time(int(command["timestamp"]))
        case "status":
            server.publish_status(
                command["message"], LEVELS[command["level"]], command["id"]
            )
        case "removeStatus":
            server.remove_status([command["id"]])
        case "resetSession":
            server.clear_session(command["sessionId"])
        case "playbackState":
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
    scene = json.loads(sys.argv[1])
    listener = Listener(scene)
    contents = base64.b64decode(scene["asset"]["base64"])
    channels = {each["topic"]: to_channel(each) for each in scene["channels"]}
    server = foxglove.start_server(
        name=scene["name"],
        host="127.0.0.1",
        port=scene["port"],
        capabilities=[
            Capability.ClientPublish,
            Capability.ConnectionGraph,
            Capability.Parameters,
            Capability.Services,
            Capability.Time,
        ],
        server_listener=listener,
        supported_encodings=["json"],
        services=[to_service(each, scene["failure"]) for each in scene["services"]],
        asset_handler=lambda uri: contents if uri == scene["asset"]["uri"] else None,
        session_id=scene["sessionId"],
        playback_time_range=(int(scene["dataStartTime"]), int(scene["dataEndTime"])),
    )
    tell(port=server.port)
    for line in sys.stdin:
        obey(server, listener, channels, json.loads(line))
        tell(done=True)


signal.alarm(MAX_LIFE_S)
main()
