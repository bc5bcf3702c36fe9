"""The other end of the link: what an autopilot would receive."""

import socket

from pymavlink import mavutil


def receiver():
    """Return a receiver of MAVLink at a free port of this machine; `test_address` leads to it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    connection = mavutil.mavlink_connection(f"udpin:127.0.0.1:{port}", dialect="common")
    connection.test_address = f"udpout:127.0.0.1:{port}"
    return connection
