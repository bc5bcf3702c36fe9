"""Recordings cleaned for those who ask: from a microphone, from a file, of any format and rate."""

import base64
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from audio.plain_wav import plain_wav
from audio.predict import Cleaned, clean_file, clean_samples, clean_wav, predict_file
from audio.settings import SAMPLE_RATE
from audio.sound_files import FORMATS
from common.errors import UserError
from common.serving.contract import (
    Endpoint,
    FileEndpoint,
    Reply,
    Schema,
    Serving,
    TooLargeError,
    Upload,
    Watch,
    one_by_one,
)
from common.serving.gate import plain_kind

SOUNDS = {
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".webm": "audio/webm",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
}
"""The content type of a sound, or of a video with sound, by the suffix of its file."""
AT_ONCE = 60
"""Seconds of a recording that is answered at once; longer ones are sent as files."""
MOST_SECONDS = 1800
"""Seconds of a file; longer ones are for the command `predict`."""
SMALL = 4_000_000
"""Bytes of a plain WAV that is answered in memory."""


class CleanedReply(Schema):
    """A recording without its noise."""

    wav: str
    """WAV in base64: rate, channels and length as they came."""
    seconds: float
    """Its length."""
    remarks: list[str]
    """What was odd in what came."""


class CleanedReplies(Schema):
    """Recordings without their noise."""

    sounds: list[CleanedReply]
    """In the order of the recordings."""


class KnownSound(Schema):
    """What is known of a network that takes noise out."""

    causal: bool
    """Whether it hears nothing of the future, and so can be used while somebody speaks."""
    sample_rate: int
    """Samples per second that the network hears; a recording may have any rate."""


class SoundServing(Serving):
    """What the page and the API of a network that takes noise out do."""

    folder = Path(__file__).parent
    known = KnownSound
    threads = 2

    def __init__(self, *loaded: Any) -> None:
        super().__init__(*loaded)
        self._side_by_side = ThreadPoolExecutor(self.threads, "sounds")

    def endpoints(self) -> Mapping[str, Endpoint]:
        return {
            "/predict": Endpoint(
                f"A recording of up to {AT_ONCE} seconds without its noise, as WAV",
                one_by_one(self.answer_one),
                "audio/wav",
                kinds=tuple(SOUNDS.values()),
            ),
            "/predict/batch": Endpoint(
                f"Several recordings of up to {AT_ONCE} seconds without their noise",
                one_by_one(self.answer_many),
                CleanedReplies,
                many=True,
            ),
        }

    def file(self) -> FileEndpoint:
        return FileEndpoint(
            f"A recording of up to {MOST_SECONDS // 60} minutes without its noise, in its format",
            self.answer_file,
            {kind: suffix for suffix, kind in SOUNDS.items()},
            lambda suffix: suffix if suffix in FORMATS else ".wav",
        )

    def warm_up(self) -> None:
        clean_samples(self._network, np.zeros(SAMPLE_RATE, np.float32), SAMPLE_RATE)

    def about(self) -> dict[str, Any]:
        return {"causal": self.pipeline.settings.causal, "sample_rate": SAMPLE_RATE}

    def page(self) -> dict[str, Any]:
        return {"sounds": SOUNDS, "minutes": MOST_SECONDS // 60}

    @property
    def _network(self) -> Any:
        """The network, on its device as the holder leaves it."""
        return self.pipeline.model

    def answer_one(self, item: Upload) -> Reply:
        """Clean one recording."""
        return Reply(self._cleaned(item, "sent", with_notes=False)[0], "audio/wav")

    def answer_many(self, items: Sequence[Upload]) -> dict[str, Any]:
        """Clean several recordings, as many side by side as requests are answered."""
        numbers = range(1, len(items) + 1)
        return {"sounds": list(self._side_by_side.map(self._one_of_many, items, numbers))}

    def _one_of_many(self, item: Upload, number: int) -> dict[str, Any]:
        wav, done = self._cleaned(item, f"sound {number}", with_notes=True)
        text = base64.b64encode(wav).decode()
        return {"wav": text, "seconds": done.seconds, "remarks": done.notes}

    def answer_file(self, source: Path, out: Path, query: Any, watch: Watch) -> str:
        """Clean a file as the command `predict` does."""
        return predict_file(self._network, source, out, progress=_up_to(MOST_SECONDS, watch))

    def _cleaned(self, item: Upload, name: str, *, with_notes: bool) -> tuple[bytes, Cleaned]:
        """Return a recording as WAV, and what became of it. name: what notes call it."""
        suffixes = {kind: suffix for suffix, kind in SOUNDS.items()}
        kind = plain_kind(item.kind)
        if kind not in suffixes:
            raise UserError(f"a sound of type {kind!r}, expected {', '.join(suffixes)}")
        names, progress = (f"{name}{suffixes[kind]}", "answer.wav"), _up_to(AT_ONCE, item.watch)
        wav = plain_wav(item.content) if len(item.content) <= SMALL else None
        if wav is not None:
            return clean_wav(self._network, wav, names, progress=progress, with_notes=with_notes)
        with tempfile.TemporaryDirectory(prefix="stickshift-serve-") as folder:
            source, out = (Path(folder) / own for own in names)
            source.write_bytes(item.content)
            try:
                done = clean_file(self._network, source, out, progress=progress)
            except TooLargeError:
                raise
            except UserError as error:
                raise UserError(str(error).replace(f"{folder}/", "")) from None
            return out.read_bytes(), done


def _up_to(most: int, watch: Watch) -> Callable[[int, int], None]:
    """Return what hears how many seconds are done, and stops where there are too many."""

    def told(done: int, of: int) -> None:
        if max(done, of) > most:
            raise TooLargeError(f"the recording is longer than {most} seconds, the limit here")
        watch(done, of)

    return told
