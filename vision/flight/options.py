"""What the command `fly` is told. No torch and no OpenCV here."""

from dataclasses import dataclass

from common.domain import Command
from common.errors import UserError
from common.i18n import Text
from common.settings import Options, option

AUTOPILOTS = ("ardupilot", "px4")
ADDRESS = "udpout:127.0.0.1:14550"
SIMULATION = "sim:"
MOST_DIGITS = 18
"""Of the seed of a simulated landing."""


@dataclass(frozen=True, kw_only=True)
class FlyOptions(Options):
    """Where frames come from and who is told of the pad."""

    camera: str | None = option(
        None,
        "a camera's number, a video file, a stream such as rtsp://…, or sim:SEED, a simulated "
        "landing",
        metavar="SOURCE",
    )
    mavlink: str | None = option(
        None,
        "where the autopilot is: udpout:HOST:PORT, udpin:HOST:PORT, tcp:HOST:PORT or a serial port "
        "(default: udpout:127.0.0.1:14550; of a simulation, its own autopilot alone)",
        metavar="ADDRESS",
    )
    autopilot: str = option("ardupilot", "who is told: ardupilot, px4", choices=AUTOPILOTS)
    fov: float = option(
        62.0, "degrees that the camera sees from left to right", above=1, at_most=170
    )
    calibration: str | None = option(
        None, "the camera's calibration as OpenCV writes it, in place of --fov", metavar="FILE"
    )
    target: str | None = option(None, "class of the run to land on (default: pad)", metavar="CLASS")
    threshold: float | None = option(
        None,
        "probability above which a pixel is a pad (default: as the training chose)",
        above=0,
        at_most=1,
    )
    rate: float = option(15.0, "messages in a second at most", at_least=1, at_most=50)
    seconds: float | None = option(None, "end after so many seconds", above=0)
    log: str | None = option(None, "write a line of JSON for each frame", metavar="FILE")
    film: str | None = option(None, "write a film of what was seen, .mp4", metavar="FILE")
    dry_run: bool = option(False, "send nothing")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.camera is None:
            raise UserError(
                "--camera is missing: a camera's number, a video file, rtsp://… or sim:SEED"
            )
        seed = self.simulated
        if seed is not None and not (seed.isdecimal() and len(seed) <= MOST_DIGITS):
            raise UserError(f"--camera {self.camera}: expected sim: and a whole number")
        if self.simulated is not None and self.autopilot != "ardupilot":
            raise UserError("the simulated vehicle obeys as ArduPilot does; leave out --autopilot")
        if self.dry_run and self.mavlink is not None:
            raise UserError("--dry-run sends nothing; leave out --mavlink")

    @property
    def simulated(self) -> str | None:
        """The seed of a simulated landing, as it was written; None for frames from outside."""
        name = self.camera or ""
        return name.removeprefix(SIMULATION) if name.startswith(SIMULATION) else None

    @property
    def address(self) -> str | None:
        """Where messages go; None where nothing is sent outside."""
        if self.dry_run or (self.simulated is not None and self.mavlink is None):
            return None
        return ADDRESS if self.mavlink is None else self.mavlink


FLY = Command(
    name="fly",
    summary=Text(
        "tell an autopilot where the pad is, from a camera, a film or a simulation",
        "сообщать автопилоту, где площадка: с камеры, из видео или в симуляции",
    ),
    options=FlyOptions,
    work="vision.flight.command:fly",
)
