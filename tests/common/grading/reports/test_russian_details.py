"""What is shown beside a check is in Russian for who reads Russian, whatever the exercise."""

import re

import numpy as np
import pytest

from common.grading.reports.messages import sides
from common.grading.reports.russian_details import told
from common.grading.runner.loop import judge
from common.grading.runner.probe_result import ProbeResult
from tests.common.grading.exercise.test_solutions import GRADED

ENGLISH = re.compile(r"(?<![\w.'])(the|of|and|no|from|array|tensor|first|their|with)(?![\w.']| =)")
STRANGE = [None, "text", [], {"error": ["ValueError"], "text": "?"}, np.zeros(2)]


@pytest.mark.parametrize("exercise", GRADED)
def test_no_english_is_left_beside_a_failed_check(exercise):
    for check in GRADED[exercise].checks[:2]:
        inputs = check.inputs(np.random.default_rng(0))
        cases = len(inputs["cases"]) if "cases" in inputs else 1
        answers = [*STRANGE, *([one] * cases for one in STRANGE), [{"result": None}] * cases]
        for answer in answers:
            result = judge(check, inputs, ProbeResult(answer))
            for name, text in sides(result, "ru"):
                if name.en != "actual" or "Error" not in text:
                    assert not ENGLISH.search(text), text


def test_what_a_student_said_stays_as_it_is():
    assert told("ValueError: no error of the list", "ru") == "ValueError: no error of the list"
    assert told("NoneType", "ru") == "None"
    assert told("float32 array (2, 3)", "ru") == "массив float32 (2, 3)"
    assert told("mode 'P', PNG, 8x3, EXIF orientation 6, transparency 3", "ru") == (
        "режим 'P', PNG, 8x3, ориентация в EXIF 6, прозрачность 3"
    )
    assert told("2 true and 1 predicted objects\nits first row [1] …", "ru") == (
        "предметов: настоящих 2, предсказанных 1\nпервая строка [1] …"
    )
    assert told("list", "en") == "list"
    assert told("more than 20 s of processor", "ru") == "больше 20 с процессорного времени"
    assert told("more than 60 s, or 20 s of processor", "ru") == (
        "больше 60 с, или 20 с процессорного времени"
    )
    for said, russian in {
        "[1][12]['parts'][0] is too deep or too long; use an array": "верните массив",
        "[1] is a generator, not plain data": "значение типа generator",
        "[1]['x'] is a 1-d array of object, not plain data": "массив типа object",
        "[1] is an int of over 64 bits, not plain data": "длиннее 64 бит",
        "exit code 3": "код завершения 3",
        "signal SIGKILL, its own or the system's": "свой или системный",
        "your code reaches for what runs the check: gc.get_objects, line 7": "строка 7",
    }.items():
        assert russian in told(said, "ru")
    assert told("more than 0.5 MB", "ru") == "больше 0.5 МБ"
