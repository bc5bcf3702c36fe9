"""What is shown beside a failed check, in Russian: types and the words around what was given.

The judges write it in English, once. Only whole lines and parts of a known form are put into
Russian; what a student's code said itself stays as it is, and so do names of Python.
"""

import re
from functools import cache

_SHAPE = r"(\([\d, ]*\))"
_TYPE = r"(u?int\d+|b?float\d+|bool)"
_PHRASES = {
    r"NoneType": "None",
    r"list": "список (list)",
    r"dict": "словарь (dict)",
    r"tuple": "кортеж (tuple)",
    r"str": "строка (str)",
    r"int": "целое число (int)",
    r"ndarray": "массив NumPy (ndarray)",
    r"Tensor": "тензор (Tensor)",
    rf"tensor {_TYPE}": r"тензор \1",
    rf"tensor {_TYPE} {_SHAPE}": r"тензор \1 \2",
    rf"{_TYPE} array {_SHAPE}": r"массив \1 \2",
    rf"{_TYPE} {_SHAPE}": r"массив \1 \2",
    r"no error": "ошибки нет",
    r"more than (\S+) s of processor": r"больше \1 с процессорного времени",
    r"more than (\S+) s, or (\S+) s of processor": r"больше \1 с, или \2 с процессорного времени",
    r"more than (\S+) s": r"больше \1 с",
    r"more than (\S+) MB": r"больше \1 МБ",
    r".* is too deep or too long; use an array": (
        "в ответе слишком много отдельных значений или вложенных списков: верните массив"
    ),
    r".* is an int of over 64 bits, not plain data": "в ответе целое число длиннее 64 бит",
    r".* is a dict with keys other than str, not plain data": (
        "в ответе словарь, ключи которого — не строки"
    ),
    r".* is a \d-d array of (\S+), not plain data": r"в ответе массив типа \1, а такой не подходит",
    r".* is a (\S+), not plain data": r"в ответе значение типа \1, а такой не подходит",
    r"a text holds half a character \(a lone surrogate\)": (
        "в тексте половина символа (одиночный суррогат)"
    ),
    r"more than (\d+) bytes outside of arrays": r"вне массивов больше \1 байт",
    r"exit code (-?\d+)": r"код завершения \1",
    r"signal (\S+)": r"сигнал \1",
    r"signal SIGKILL, its own or the system's": "сигнал SIGKILL, свой или системный",
    r"a result that the check did not send": "этот результат послала не проверка",
    r"your code reaches for what runs the check: (\S+)": (
        r"ваш код тянется к тому, что выполняет проверку: \1"
    ),
    r"your code reaches for what runs the check: (\S+), line (\d+)": (
        r"ваш код тянется к тому, что выполняет проверку: \1, строка \2"
    ),
    r"no gradient": "градиента нет",
    r"nothing": "ничего",
    r"graph": "граф",
    r"finite numbers": "конечные числа",
    r"(\[.*\]); rows in no part: (\d+)": r"\1; строк, не попавших ни в одну часть: \2",
    rf"(\d+) clips, (\d+) frames, (\d+) bins, {_TYPE}": (
        r"записей: \1, кадров: \2, частот: \3, \4"
    ),
    r"(\d+) calls, of (\[.*\]) frames": r"вызовов: \1, кадров в них: \2",
    r"logits from (\S+) to (\S+)": r"логиты от \1 до \2",
    r"levels (.*) and (.*)": r"громкость \1 и \2",
    rf"samples {_TYPE} {_SHAPE}, largest (\S+)": r"samples: \1 \2, наибольший отсчёт \3",
    r"QUIET = (\S+); norms of the targets (.*)": r"QUIET = \1; нормы целей \2",
    rf"pictures {_TYPE} {_SHAPE}": r"снимки \1 \2",
    rf"pictures {_TYPE} {_SHAPE}, training": r"снимки \1 \2, режим обучения",
    r"depth (\d+), channels (\d+), mean (.*)": r"глубина \1, каналов \2, среднее \3",
    rf"array {_TYPE} {_SHAPE}, (.*)": r"массив \1 \2, \3",
    r"its first row (.*)": r"первая строка \1",
    r"mode (.*), EXIF orientation (\d)": r"режим \1, ориентация в EXIF \2",
    r"mode (.*), EXIF orientation (\d), transparency (.*)": (
        r"режим \1, ориентация в EXIF \2, прозрачность \3"
    ),
    r"mode (.*), transparency (.*)": r"режим \1, прозрачность \2",
    r"mode ('.*)": r"режим \1",
    r"first pixels (.*)": r"первые точки \1",
    r"pixels by class id (.*)": r"точек по классам \1",
    r"(\d+) true and (\d+) predicted objects": r"предметов: настоящих \1, предсказанных \2",
    r"true (\d+): class (\d+), (\d+) px; predicted (\d+): class (\d+), (\d+) px; "
    r"they share (\d+) px": (
        r"настоящий \1: класс \2, точек \3; предсказанный \4: класс \5, точек \6; общих \7"
    ),
    r"(pick_device\(.*\)); there: (.*); STICKSHIFT_DEVICE: (.*)": (
        r"\1; есть: \2; STICKSHIFT_DEVICE: \3"
    ),
    r"calls = (.*); known before: (.*)": r"calls = \1; известно заранее: \2",
    r"rows, columns = (.*)": r"строк, столбцов = \1",
}


def told(text: str, language: str) -> str:
    """Return what is shown beside a check in a person's language.

    >>> told("tensor float32 (3, 4)", "ru"), told("12 clips", "ru"), told("list", "en")
    ('тензор float32 (3, 4)', '12 clips', 'list')
    """
    return "\n".join(map(_line, text.split("\n"))) if language == "ru" else text


def _line(line: str) -> str:
    for pattern, russian in _patterns():
        if found := pattern.fullmatch(line):
            return found.expand(russian)
    return line


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    # The longest first: a shorter one may take a part of it for something that is put in.
    ordered = sorted(_PHRASES.items(), key=lambda pair: -len(pair[0]))
    return [(re.compile(key), value) for key, value in ordered]
