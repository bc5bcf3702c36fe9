"""What each domain is asked over HTTP and by the bare model, and how their answers compare."""

import base64
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
import pandas as pd
import soundfile
import urllib3

from common.pipeline import Pipeline
from common.task import Task


class Body(NamedTuple):
    """Bytes of a request, and their content type."""

    content: bytes
    kind: str


class Asked(ABC):
    """A domain's examples, as clients send them and as the bare model takes them.

    many: examples in a request for several. unit: what they are called.
    """

    many: int
    unit: str
    tolerance = 0.0
    """How far numbers of an answer may lie apart."""

    @abstractmethod
    def examples(self, count: int) -> list[Any]:
        """Return examples of the course's own data."""

    @abstractmethod
    def bodies(self, examples: Sequence[Any]) -> tuple[Body, Body]:
        """Return a request for these: as `serve` takes it, and as LitServe does."""

    @abstractmethod
    def typed(self, examples: Sequence[Any]) -> Any:
        """Return what the bare model takes, with nothing left to decode."""

    @abstractmethod
    def answer(self, task: Task, pipeline: Pipeline, typed: Any) -> Any:
        """Let the bare model answer, to the end."""

    @abstractmethod
    def numbers_of(self, found: Any) -> list[float]:
        """Return the numbers in what the bare model says."""

    @abstractmethod
    def numbers_in(self, reply: Body) -> list[float]:
        """Return the same of what a server says."""


class Rows(Asked):
    """Flats, answered by prices."""

    many, unit = 64, "rows"

    def examples(self, count: int) -> list[Any]:
        import tabular.synthetic

        flats = tabular.synthetic.simulate()[0].drop(columns="price")
        rows = flats.sample(count, random_state=0).to_json(orient="records", date_format="iso")
        return json.loads(rows)

    def bodies(self, examples: Sequence[Any]) -> tuple[Body, Body]:
        several = _json({"rows": examples})
        return (_json(examples[0]) if len(examples) == 1 else several), several

    def typed(self, examples: Sequence[Any]) -> pd.DataFrame:
        return pd.DataFrame(examples)

    def answer(self, task: Task, pipeline: Pipeline, typed: Any) -> Any:
        return task.answer(pipeline, typed)

    def numbers_of(self, found: Any) -> list[float]:
        return found.tolist()

    def numbers_in(self, reply: Body) -> list[float]:
        said = json.loads(reply.content)
        prices = said.get("prices") or said.get("answers") or [said]
        return [one if isinstance(one, float) else one["price"] for one in prices]


class Texts(Rows):
    """Messages, answered by how likely the answer is the right one."""

    unit = "texts"

    def examples(self, count: int) -> list[Any]:
        import text.synthetic

        messages = [message.text for message in text.synthetic.read_messages()]
        chosen = np.random.default_rng(0).choice(len(messages), count, replace=False)
        return [messages[row] for row in chosen]

    def bodies(self, examples: Sequence[Any]) -> tuple[Body, Body]:
        several = _json({"texts": examples})
        return (_json({"text": examples[0]}) if len(examples) == 1 else several), several

    def typed(self, examples: Sequence[Any]) -> list[str]:
        return list(examples)

    def numbers_of(self, found: Any) -> list[float]:
        return found["probability"].round(4).tolist()

    def numbers_in(self, reply: Body) -> list[float]:
        said = json.loads(reply.content)
        answers = [said] if "probability" in said else said["answers"]
        return [one if isinstance(one, float) else one["probability"] for one in answers]


class Files(Asked):
    """Examples that come as files: one as it is, several as fields `files` of a form.

    LitServe reads no bytes but those of a form; so it has a form for one, too.
    """

    kind: str

    def bodies(self, examples: Sequence[Any]) -> tuple[Body, Body]:
        fields = [("files", (f"{n}", one, self.kind)) for n, one in enumerate(examples)]
        several = Body(*urllib3.encode_multipart_formdata(fields, boundary="of-the-benchmark"))
        return (Body(examples[0], self.kind) if len(examples) == 1 else several), several


class Pictures(Files):
    """Frames of flights, 256×256 pixels as PNG, answered by what lies where."""

    many, unit, kind = 16, "pictures", "image/png"

    def examples(self, count: int) -> list[Any]:
        import vision.synthetic

        frames = vision.synthetic.fly(8, -(-count // 8), seed=0).images[:count]
        return [cv2.imencode(".png", one[..., ::-1])[1].tobytes() for one in frames]

    def typed(self, examples: Sequence[Any]) -> list[np.ndarray]:
        from vision.images import open_image

        return [open_image("a frame", content=one) for one in examples]

    def answer(self, task: Task, pipeline: Pipeline, typed: Any) -> list[Any]:
        return [found.objects for found in task.answer(pipeline, typed)]

    def numbers_of(self, found: Any) -> list[float]:
        return [
            value
            for objects in found
            for one in objects
            for value in (*(round(place, 1) for place in one.centre), one.area)
        ]

    def numbers_in(self, reply: Body) -> list[float]:
        said = json.loads(reply.content)
        objects = [one["objects"] for one in said.get("pictures") or [said]]
        return [one[key] for some in objects for one in some for key in ("x", "y", "pixels")]


class Sounds(Files):
    """Noisy speech of two seconds, 16 kHz WAV of 16 bits, answered without its noise."""

    many, unit, kind = 16, "sounds", "audio/wav"
    tolerance = 2 / 32768

    def examples(self, count: int) -> list[Any]:
        from audio.data import load
        from audio.settings import SoundSource

        return [wav_of(one) for one in load(SoundSource()).noisy[:count, :32_000]]

    def typed(self, examples: Sequence[Any]) -> list[np.ndarray]:
        return [soundfile.read(io.BytesIO(one), dtype="float32")[0] for one in examples]

    def answer(self, task: Task, pipeline: Pipeline, typed: Any) -> list[Any]:
        return [task.answer(pipeline, one) for one in typed]

    def numbers_of(self, found: Any) -> list[float]:
        return np.concatenate(found).tolist()

    def numbers_in(self, reply: Body) -> list[float]:
        sounds = [reply.content]
        if reply.kind == "application/json":
            said = json.loads(reply.content)["sounds"]
            sounds = [base64.b64decode(one["wav"]) for one in said]
        return np.concatenate(self.typed(sounds)).tolist()


def wav_of(samples: np.ndarray) -> bytes:
    """Return samples at 16 kHz as the bytes of a WAV file."""
    file = io.BytesIO()
    soundfile.write(file, samples, 16_000, "PCM_16", format="WAV")
    return file.getvalue()


def _json(values: Any) -> Body:
    return Body(json.dumps(values).encode(), "application/json")


DOMAINS: dict[str, Asked] = {
    "tabular": Rows(),
    "text": Texts(),
    "vision": Pictures(),
    "audio": Sounds(),
}
