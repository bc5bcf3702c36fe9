"""What the command `serve` can be told."""

from dataclasses import dataclass

from common.serving import limits
from common.serving.request_queue import QUEUE
from common.settings import Options, option


@dataclass(frozen=True, kw_only=True)
class ServeOptions(Options):
    """Where a run is served, and what a request may cost."""

    port: int = option(8000, "port to listen at", at_least=0, at_most=65535)
    host: str = option("127.0.0.1", "address to listen at; 0.0.0.0 is every one of this machine")
    allow_host: tuple[str, ...] = option(
        (), "another name by which clients may call this server", metavar="NAME"
    )
    cors: tuple[str, ...] = option(
        (), "origin whose pages may use the API, such as https://example.org", metavar="ORIGIN"
    )
    workers: int = option(1, "processes, each with the model", at_least=1, at_most=256)
    megabytes: float = option(limits.MEGABYTES, "largest body of a request", above=0, at_most=4096)
    queue: int = option(QUEUE, "requests that may wait", at_least=1, at_most=100_000)
    seconds: float = option(limits.SECONDS, "time limit of a request", above=0, at_most=86_400)
    file_seconds: float = option(
        limits.FILE_SECONDS,
        "time limit of a request that sends a whole file",
        above=0,
        at_most=86_400,
    )
    log: str | None = option(
        None, "file to keep requests and answers in; without, nothing is kept", metavar="FILE"
    )
    device: str = option("auto", "where to compute: auto, cpu, cuda, mps, …")

    @property
    def most_bytes(self) -> int:
        """The largest body of a request, in bytes."""
        return int(self.megabytes * 1e6)

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which clients may call, in lower case."""
        own = () if self.host in ("0.0.0.0", "::") else (self.host,)
        named = ("localhost", "127.0.0.1", "::1", *own, *self.allow_host)
        return frozenset(name.lower().strip("[]") for name in named)
