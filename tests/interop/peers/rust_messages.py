# A server of PyPI's foxglove-sdk with typed channels. Reports its port and each subscription as lines of JSON, and logs
# one message on each channel for each line that it reads.

import json
import signal
import sys

import foxglove
from foxglove.channels import (
    LaserScanChannel,
    LocationFixChannel,
    LogChannel,
    PointCloudChannel,
    PoseInFrameChannel,
    SceneUpdateChannel,
)
from foxglove.messages import (
    Color,
    CubePrimitive,
    Duration,
    KeyValuePair,
    LaserScan,
    LocationFix,
    LocationFixPositionCovarianceType,
    Log,
    LogLevel,
    PackedElementField,
    PackedElementFieldNumericType,
    PointCloud,
    Pose,
    PoseInFrame,
    Quaternion,
    SceneEntity,
    SceneUpdate,
    Timestamp,
    Vector3,
)
from foxglove.websocket import ServerListener

# The server exits after this time, even if the test no longer runs.
MAX_RUN_TIME_S = 120

TIME = Timestamp(sec=1_700_000_000, nsec=123_456_789)
POSE = Pose(
    position=Vector3(x=1.5, y=-2.0, z=0.0),
    orientation=Quaternion(x=0.0, y=0.0, z=0.6, w=0.8),
)


def report(**line) -> None:
    print(json.dumps(line), flush=True)


class Listener(ServerListener):
    def on_subscribe(self, client, channel):
        report(subscribed=channel.topic)


MESSAGES = [
    (
        LogChannel("/log"),
        Log(timestamp=TIME, level=LogLevel.Warning, message="größer", name="arm", line=42),
    ),
    (PoseInFrameChannel("/pose"), PoseInFrame(timestamp=TIME, frame_id="map", pose=POSE)),
    (
        LaserScanChannel("/scan"),
        LaserScan(pose=POSE, start_angle=-1.5, ranges=[1.0, 2.5, float("inf")]),
    ),
    (
        PointCloudChannel("/points"),
        PointCloud(
            point_stride=4,
            fields=[
                PackedElementField(
                    name="x", offset=0, type=PackedElementFieldNumericType.Float32
                )
            ],
            data=bytes(range(256)),
        ),
    ),
    (
        SceneUpdateChannel("/scene"),
        SceneUpdate(
            entities=[
                SceneEntity(
                    timestamp=TIME,
                    id="box",
                    lifetime=Duration(sec=-2, nsec=500_000_000),
                    frame_locked=True,
                    metadata=[KeyValuePair(key="kind", value="crate")],
                    cubes=[CubePrimitive(size=Vector3(x=1.0), color=Color(r=1.0, a=0.5))],
                )
            ]
        ),
    ),
    (
        LocationFixChannel("/fix"),
        LocationFix(
            latitude=52.5,
            position_covariance=[float(each) for each in range(9)],
            position_covariance_type=LocationFixPositionCovarianceType.Known,
            heading=0.0,
        ),
    ),
]

signal.alarm(MAX_RUN_TIME_S)
server = foxglove.start_server(name="messages", host="127.0.0.1", port=0, server_listener=Listener())
report(port=server.port)
for _ in sys.stdin:
    for channel, message in MESSAGES:
        channel.log(message, log_time=5)
