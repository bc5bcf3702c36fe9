"""Fine-tuning: a training that begins from another run, with its weights and its preparation.

Nothing is fitted anew: the weights mean what the scales, vocabularies and classes of that run
made of its examples. So new data has to speak of the same columns and classes.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from common.errors import UserError
from common.i18n import count_of
from common.pipeline import Pipeline
from common.runs import store, trained_on
from common.settings import flag
from common.task import Task

OF_THIS_TRAINING = ("device", "threads", "minutes")
"""Settings that are of a machine and of a day: another training does not take them over."""


@dataclass(frozen=True)
class Start:
    """A run that a training begins from.

    run: its folder, for messages. trained_on: hashes of the examples that its network has seen.
    in_memory: whether its own data was handed over in Python, and is not kept.
    """

    run: str
    pipeline: Pipeline
    trained_on: np.ndarray
    in_memory: bool = False

    @property
    def settings(self) -> Any:
        """The run's own settings, which are the defaults here."""
        own = self.pipeline.settings
        usual = type(own)()
        return dataclasses.replace(own, **{n: getattr(usual, n) for n in OF_THIS_TRAINING})

    def source_for(self, task: Task, given: Any) -> Any:
        """Return what to read: the run's own data if none is given, else as the run was read.

        Raises:
            UserError: the run's own data is not kept, or the source asks for another preparation.
        """
        if given == task.source() and self.in_memory:
            raise UserError(
                f"{self.run}: its data was handed over in Python and is not kept; name a file "
                "to train on",
                ru=f"{self.run}: его данные были переданы в Python и не сохранены; назовите файл, "
                "на котором учиться",
            )
        own = self.pipeline.source
        return own if given == task.source() else task.source_to_start(own, given)

    def check(self, task: Task, settings: Any) -> None:
        """Refuse settings that would make another network than the run's."""
        own = self.pipeline.settings
        for name in task.of_network:
            wanted, there, word = getattr(settings, name), getattr(own, name), flag(name)
            if wanted != there:
                raise UserError(
                    f"{word} {wanted}: {self.run} has a network with {word} {there}, and its "
                    "weights fit no other; leave it out",
                    ru=f"{word} {wanted}: у сети из {self.run} {word} {there}, к другой её веса "
                    "не подойдут; уберите эту настройку",
                )

    def fill(self, model: nn.Module) -> None:
        """Give a network the run's weights."""
        model.load_state_dict(self.pipeline.model.state_dict())

    def notes(self, task: Task, parts: dict[str, Any]) -> list[str]:
        """Say what it begins from, and which examples that are to examine it it has seen."""
        notes = [
            f"begins from {self.run}: with its weights and its preparation, nothing of which is "
            "fitted anew"
        ]
        for name, examples in parts.items():
            known = trained_on.known(self.trained_on, task, self.pipeline, examples)
            if known:
                total = count_of(len(examples), "example")
                were = "was" if known == 1 else "were"
                notes.append(
                    f"{known:,} of {total} for {name} {were} trained on by {self.run}; "
                    "the figures are optimistic"
                )
        return notes


def begin_from(task: Task, folder: Path) -> Start:
    """Read a run to begin from. Nothing in the folder is executed.

    Raises:
        UserError: the folder is no run of the task, is damaged, or holds several networks.
    """
    place = store.standing(folder)
    config = store.read_config(place, task)
    members = len(config["ensemble"])
    if members:
        raise UserError(
            f"{folder}: the mean of {members} networks; a training begins from a run of one",
            ru=f"{folder}: среднее {members} сетей; обучение начинается с прогона одной сети",
        )
    pipeline = store.load(place, task)
    known = trained_on.read(place)
    return Start(str(folder), pipeline, known, config.get("in_memory") is True)


def keep(folder: Path, start: Start) -> None:
    """Write into a draft what it begins from, so that it can be resumed without that run."""
    store.save_pipeline(folder, start.pipeline)
    trained_on.save(folder, start.trained_on)


def kept(task: Task, folder: Path, config: dict[str, Any]) -> Start | None:
    """Return what a draft that is resumed began from; None where it began from nothing."""
    run = config.get("start")
    if run is None:
        return None
    return Start(str(run), store.load(folder, task), trained_on.read(folder))
