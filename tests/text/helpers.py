"""What a stranger would do with `python -m text`, and the files that they would bring."""

import numpy as np
import pandas as pd

from common.cli import main
from text.__main__ import DOMAIN
from text.synthetic import CLASSES, read_messages

QUICK = ["--epochs", "1", "--width", "8", "--heads", "1", "--embedding", "8", "--device", "cpu"]
COLUMNS = ["--text", "сообщение", "--label", "класс"]


def run(*words):
    return main(DOMAIN, [str(word) for word in words])


def letters(n=160):
    """Some of the course's messages, as a person's table would hold them."""
    messages = read_messages()[:: len(read_messages()) // n]
    return pd.DataFrame(
        {
            "номер": np.arange(len(messages)) + 100,
            "сообщение": [message.text for message in messages],
            "класс": [message.label for message in messages],
            "ситуация": [message.situation for message in messages],
        }
    )


def russian_csv(path, frame):
    frame.to_csv(path, sep=";", encoding="cp1251", index=False, errors="replace")
    return path


def prices(path, classes=CLASSES, **changes):
    frame = pd.DataFrame(1.0 - np.eye(len(classes)), columns=list(classes)).astype(object)
    for place, price in changes.items():
        row, column = place.removeprefix("at_").split("_")
        frame.iloc[int(row), int(column)] = price
    frame.insert(0, "class", list(classes))
    frame.to_csv(path, index=False)
    return path


def refused(capsys, words, *arguments):
    assert run(*arguments) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1
