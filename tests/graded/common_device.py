"""Checks of choosing a device."""

from common.grading.exercise.expectations import (
    NOTHING,
    expect_error,
    expect_result,
    suspected,
)
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each

PROBES = "tests.graded.common_probes"

IGNORED_VARIABLE = Mistake(
    "variable-ignored",
    "the variable STICKSHIFT_DEVICE has a say when the name is auto",
    "при имени auto решает переменная STICKSHIFT_DEVICE",
)
VARIABLE_FIRST = Mistake(
    "variable-first",
    "a name given in the call goes before the variable",
    "имя, названное при вызове, важнее переменной",
)

NUMBERED = Mistake(
    "auto-numbered",
    "auto is the kind alone, such as cuda: its number would overrule PyTorch's current device",
    "auto — это один вид, например cuda: номер отменил бы текущее устройство PyTorch",
)
LAST = Mistake("last-device", "the best device stands first", "лучшее устройство стоит первым")


@oracle
def device_of(name: str | None, there: list[str], variable: str | None) -> tuple[str, str]:
    """Return what was really asked for, and the device that it is: nothing where there is none."""
    asked = (name or "auto").strip().lower()
    if asked == "auto":
        asked = (variable or "").strip().lower() or "auto"
    kinds = [device.split(":")[0] for device in there]
    known = {*there, *kinds, *(f"{kind}:{i}" for kind in kinds for i in range(kinds.count(kind)))}
    if asked == "auto":
        return asked, kinds[0]
    return asked, asked if asked in known else ""


@oracle
def guesses(case: dict) -> list[tuple[Mistake, str]]:
    """The device that each classic mistake answers, or nothing where it refuses."""
    name, there, variable = case["name"], case["there"], case["variable"]
    asked = (name or "auto").strip().lower()
    is_auto = device_of(name, there, variable)[0] == "auto"
    over = device_of(variable or name, there, variable)[1]
    return [
        (IGNORED_VARIABLE, device_of(name, there, None)[1]),
        (VARIABLE_FIRST, over if variable else device_of(asked, there, variable)[1]),
        (NUMBERED, there[0] if is_auto else device_of(name, there, variable)[1]),
        (LAST, there[-1] if is_auto else device_of(name, there, variable)[1]),
    ]


def judge_device(case: dict, answer) -> None:
    named = "" if case["name"] is None else repr(case["name"])
    call = f"pick_device({f'torch.device({named})' if case['is_device'] else named})"
    given = f"{call}; there: {case['there']}; STICKSHIFT_DEVICE: {case['variable']!r}"
    asked, expected = device_of(case["name"], case["there"], case["variable"])
    is_plain = isinstance(answer, dict) and type(answer.get("result")) is list
    chosen = answer["result"][1] if is_plain and answer["result"][0] == "device" else ""
    mistake = suspected(guesses(case), lambda device: device == chosen)
    if isinstance(answer, dict) and answer.get("variable") != case["variable"]:
        what = Text("the environment variable was changed", "переменная окружения изменена")
        sides = {"actual": answer.get("variable"), "expected": case["variable"]}
        raise Wrong(what, **sides, given=given)
    if not expected:
        what = Text("this device is not there", "такого устройства на компьютере нет")
        words = [asked, *case["there"]]
        if isinstance(answer, dict) and "error" not in answer:
            raise Wrong(what, actual=chosen, expected="UserError", mistake=mistake, given=given)
        expect_error(answer, "UserError", words, what=what, given=given)
        return
    result = expect_result(answer, given=given)
    if type(result) is not list or result[0] != "device":
        what = Text("the answer is no torch.device", "ответ — не torch.device")
        mistake = NOTHING if type(result) is list and result[0] == "NoneType" else None
        raise Wrong(what, actual=result, expected=expected, mistake=mistake, given=given)
    kind = expected.partition(":")[0]
    if case["there"].count(kind) and result[1] in (kind, f"{kind}:0"):
        return  # the only one of its kind: with its number or without, it is the same device
    what = Text("another device is due", "нужно другое устройство")
    if result[1] != expected:
        raise Wrong(what, actual=result[1], expected=expected, mistake=mistake, given=given)


judge_devices = each(judge_device)


def _case(name, there, *, variable=None, is_device=False):
    return {"name": name, "there": there, "variable": variable, "is_device": is_device}


def _ten(draw, *, spelled: bool = True):
    """Draw ten times as many calls, with a kind of device and a number of them for each time.

    spelled: in small and capital letters and with spaces around, as it comes: of so many spellings
        nobody knows the answers by heart.
    """

    def inputs(rng):
        drawn = [case for _ in range(10) for case in draw(rng)["cases"]]
        return {"cases": [_spelled(rng, case) for case in drawn] if spelled else drawn}

    return inputs


def _spelled(rng, case: dict) -> dict:
    def anew(text: str) -> str:
        letters = [(c.lower(), c.upper())[rng.integers(2)] for c in text.strip()]
        before, after = (" " * int(rng.integers(4)) for _ in range(2))
        return before + "".join(letters) + after

    words = {name: case[name] for name in ("name", "variable") if case[name] is not None}
    if case["is_device"]:
        words.pop("name")
    return case | {name: anew(text) for name, text in words.items()}


def _kind(rng):
    return str(rng.choice(["cuda", "mps", "xpu"]))


def _named(rng):
    kind, count = _kind(rng), int(rng.integers(2, 6))
    several = [f"{kind}:{i}" for i in range(count)] + ["cpu"]
    last = f"{kind}:{count - 1}"
    many = [f"{kind}:{i}" for i in range(12)] + ["cpu"]
    cases = [
        _case(f"{kind}:11", many),
        _case(f"{kind}:9", many),
        _case("cpu", ["cpu"]),
        _case("cpu", several),
        _case(f"  {kind.upper()} ", [kind, "cpu"]),
        _case(kind, several),
        _case(last, several),
        _case(f"{kind}:0", [kind, "cpu"]),
        _case(last, several, is_device=True),
        _case("cpu", several, is_device=True),
    ]
    return {"cases": [cases[i] for i in rng.permutation(len(cases))]}


def _auto(rng):
    kind, count = _kind(rng), int(rng.integers(2, 6))
    several = [f"{kind}:{i}" for i in range(count)] + ["cpu"]
    cases = [
        _case(None, ["cpu"]),
        _case("auto", [kind, "cpu"]),
        _case("AUTO ", several),
        _case(" Auto", [kind, "cpu"]),
        _case("  auto  ", several),
    ]
    return {"cases": [cases[i] for i in rng.permutation(len(cases))]}


def _variable(rng):
    kind = _kind(rng)
    there = [f"{kind}:0", f"{kind}:1", "cpu"]
    cases = [
        _case("auto", there, variable="cpu"),
        _case(None, there, variable=f" {kind.upper()}:1 "),
        _case(f"{kind}:0", there, variable="cpu"),
        _case("auto", there, variable=""),
        _case(None, there, variable="auto"),
        _case("auto", there, variable=" AUTO "),
        _case(" AUTO ", there, variable="cpu"),
        _case("auto", there, variable="  "),
        _case("auto", [kind, "cpu"], variable=f"{kind}:0 "),
        _case("cpu", there, variable=kind),
    ]
    return {"cases": [cases[i] for i in rng.permutation(len(cases))]}


def _absent(rng):
    kind = _kind(rng)
    other = str(rng.choice([name for name in ("cuda", "mps", "xpu") if name != kind]))
    several = [f"{kind}:0", f"{kind}:1", "cpu"]
    parts = (kind[:-1], kind[1:])
    beyond = [f"{kind}:{int(number)}" for number in rng.integers(3, 100, 2)]
    cases = [
        _case(other, [kind, "cpu"]),
        _case(f"{kind}:2", several),
        _case(f"{kind}:2", several, is_device=True),
        _case(f"{kind}:1", [kind, "cpu"]),
        _case(f"{kind}:12", [*(f"{kind}:{i}" for i in range(12)), "cpu"]),
        _case(beyond[0], several),
        _case("auto", [kind, "cpu"], variable=beyond[1]),
        _case("gpu", ["cpu"]),
        *(_case(name, there) for name in parts for there in ([kind, "cpu"], several)),
        *(
            _case(f"{kind}:{number}", several)
            for number in ("10", "01", "-1", "+1", " 1", "\u0661")
        ),
        _case(f"{kind}0", several),
        _case(f"{kind}:", several),
        _case(f"{kind}:0:0", several),
        _case(f"{kind[0]} {kind[1:]}", several),
        _case("cp u", several),
        _case("cpu:1", several),
        _case(f"{kind}:0", ["cpu"]),
        _case("auto", several, variable=f"{kind}:2"),
        _case("auto", ["cpu"], variable=other),
        _case("cpu", several),
    ]
    return {"cases": [cases[i] for i in rng.permutation(len(cases))]}


_DEVICE = f"{PROBES}:pick_device"
PICK_DEVICE = ExerciseSpec(
    "common.device.pick_device",
    Text("Choosing a device", "Выбор устройства"),
    """
    Верните устройство (`torch.device`) по его имени; `auto` — лучшее из имеющихся. Имя — строка
    или `torch.device`.

    Что есть на компьютере, говорит `available_devices()`: имена вроде ["cuda", "cpu"] или, если
    ускорителей несколько, ["cuda:0", "cuda:1", "cpu"], лучшее — первым. Спрашивайте её при каждом
    вызове.

    - Большие буквы и пробелы вокруг имени ничего не значат: " CPU " — это "cpu".
    - Устройство есть, если его имя в списке или если это вид устройства из списка: "cuda", когда
      есть "cuda:0", и "cuda:0", когда единственное называется "cuda"; тогда это одно устройство, и
      верен любой из двух ответов.
    - "auto" — это то, что названо в переменной окружения STICKSHIFT_DEVICE (её имя — в константе
      VARIABLE), а если она не задана, пуста или сама равна "auto", то вид первого устройства из
      списка: "cuda" для "cuda:0", чтобы решало текущее устройство PyTorch.
    - Имя, названное при вызове, важнее переменной.
    - Вместо имени могут дать и само устройство, `torch.device`.

    Часть имени — ещё не имя: "cu" нет в списке, где есть "cuda".

    Если такого устройства на компьютере нет, поднимите UserError (из common.errors): в сообщении
    должны быть имя, которое просили, и имена всех устройств, которые есть. Если имя взято из
    переменной, в сообщении должно быть оно, а слово "auto" не нужно.
    """,
    (
        Text(
            "Three questions, one after another: what was asked for, what does auto mean today, "
            "and is it there?",
            "Три вопроса по очереди: что попросили, что сегодня значит auto и есть ли это "
            "устройство?",
        ),
        Text(
            'A name such as "cuda:1" has a kind before the colon and a number after it; '
            "str.partition takes it apart. How many devices of that kind are in the list, and is "
            "the number below that?",
            "У имени вроде «cuda:1» до двоеточия вид, после — номер; разобрать его поможет "
            "str.partition. Сколько в списке устройств этого вида и меньше ли номер этого числа?",
        ),
    ),
    (
        Check("named", Text("a device by its name", "устройство по имени"), _ten(_named), _DEVICE,
              judge_devices),
        Check("auto", Text("auto takes the best", "auto берёт лучшее"), _ten(_auto), _DEVICE,
              judge_devices),
        Check("variable", Text("the variable has its say", "переменная окружения учтена"),
              _ten(_variable), _DEVICE, judge_devices),
        Check("absent", Text("what is not there is refused", "чего нет, то отвергнуто"),
              _ten(_absent, spelled=False), _DEVICE, judge_devices),
    ),
)  # fmt: skip
