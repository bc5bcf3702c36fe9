"""The line to an autopilot: MAVLink 2 over UDP, TCP or a serial port."""

import os
import socket
from typing import Any, Self

from common.errors import UserError
from vision.flight.messages import Vehicle

INSTALL = 'pymavlink is not installed: python -m pip install "stickshift[fly]"'
KINDS = ("udpout:", "udpin:", "tcp:")
SERIAL = ("/dev/", "COM")
BAUD = 57600
SYSTEM, COMPONENT = 1, 191
"""The vehicle's own system, and in it an onboard computer (MAV_COMP_ID_ONBOARD_COMPUTER)."""
ONBOARD, NO_AUTOPILOT, ACTIVE = 18, 8, 4
GROUND_STATION = 6
BEAT = 1.0
"""Seconds between two heartbeats."""
PATIENCE = 5.0
"""Seconds after which it is said that no autopilot was heard."""


class Link:
    """Sends LANDING_TARGET and heartbeats, and hears what the vehicle says of itself.

    Args:
        address: udpout:HOST:PORT, udpin:HOST:PORT, tcp:HOST:PORT, or a serial port such as
            /dev/ttyAMA0, with its speed behind a comma.

    Raises:
        UserError: the address is none, nothing can be opened there, or pymavlink is missing.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.connection = _connect(address)
        self.vehicle = Vehicle()
        self.heard: float | None = None
        self.beat = -BEAT
        self.opened: float | None = None
        self.warned = False
        self.sent = 0

    def send(self, target: dict[str, Any]) -> None:
        """Send a LANDING_TARGET, fields by name."""
        message = self.connection.mav.landing_target_encode(**target)
        self.connection.mav.send(message)
        self.sent += 1

    def tend(self, now: float) -> str | None:
        """Send a heartbeat when it is due and take in what came; return what a person should know.

        now: seconds of the monotonic clock.
        """
        if self.opened is None:
            self.opened = now
        if now - self.beat >= BEAT:
            self.connection.mav.heartbeat_send(ONBOARD, NO_AUTOPILOT, 0, 0, ACTIVE)
            self.beat = now
        while (message := self.connection.recv_match(blocking=False)) is not None:
            if message.get_type() == "HEARTBEAT" and _is_autopilot(message):
                first, self.heard = self.heard is None, now
                if first:
                    return f"{self.address}: an autopilot answers"
            self.vehicle.hear(message, now)
        if self.heard is None and not self.warned and now - self.opened > PATIENCE:
            self.warned = True
            return (
                f"{self.address}: nobody answers, no heartbeat of an autopilot in "
                f"{PATIENCE:.0f} seconds; messages go on"
            )
        return None

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_autopilot(heartbeat: Any) -> bool:
    return heartbeat.autopilot != NO_AUTOPILOT and heartbeat.type != GROUND_STATION


def _connect(address: str) -> Any:
    """Open a connection in MAVLink 2: LANDING_TARGET's position is of no earlier version."""
    kind = next((kind for kind in (*KINDS, *SERIAL) if address.startswith(kind)), None)
    if kind is None:
        raise UserError(
            f"--mavlink {address}: no address; expected udpout:HOST:PORT, udpin:HOST:PORT, "
            "tcp:HOST:PORT or a serial port such as /dev/ttyAMA0"
        )
    os.environ["MAVLINK20"] = "1"
    try:
        from pymavlink import mavutil
    except ImportError:
        raise UserError(INSTALL) from None
    baud, device = BAUD, address
    if kind in SERIAL:
        device, _, speed = address.partition(",")
        if speed and not speed.isdecimal():
            raise UserError(f"--mavlink {address}: {speed!r} is no speed, expected such as 921600")
        baud = int(speed or BAUD)
    else:
        _check_host(address, kind)
    try:
        return mavutil.mavlink_connection(
            device,
            baud=baud,
            source_system=SYSTEM,
            source_component=COMPONENT,
            dialect="common",
            retries=0,
        )
    except ImportError:
        raise UserError("a serial port needs pyserial: python -m pip install pyserial") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"--mavlink {address}: cannot be opened ({reason})") from None


def _check_host(address: str, kind: str) -> None:
    host, _, port = address.removeprefix(kind).rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise UserError(f"--mavlink {address}: expected {kind}HOST:PORT")
    try:
        socket.getaddrinfo(host, int(port), socket.AF_INET)
    except (OSError, UnicodeError):
        raise UserError(f"--mavlink {address}: there is no host {host}") from None
