"""Checks of who found what."""

from common.grading.exercise.expectations import IN_PLACE, NOTHING, Suspect
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded import vision_scenes as drawn
from tests.graded.cases import judged
from tests.graded.vision_found_oracle import ORDER, matches, mistaken, shares_of
from tests.graded.vision_seen import PROBES


def _suspects(inputs: dict) -> list[Suspect]:
    right = matches(inputs)
    by_second = sorted(right, key=lambda pair: pair[1])
    other = (ORDER, lambda answer: _in_another_order(answer["pairs"], right, by_second))
    return [*mistaken(inputs), other]


def judge_scene(inputs: dict, output) -> None:
    actual, right = output["pairs"], matches(inputs)
    shares_of(inputs)
    if not isinstance(actual, list):
        mistake = NOTHING if actual is None else None
        what = Text("the answer is no list", "ответ — не список")
        sides = {"actual": type(actual).__name__, "expected": "list"}
        raise Wrong(what, **sides, mistake=mistake, given=_described(inputs, []))
    if not _plain(actual):
        what = Text("the pairs are no whole numbers", "пары — не целые числа")
        sides = {"actual": _few(actual), "expected": _few(right)}
        raise Wrong(what, **sides, given=_described(inputs, []))
    if actual != right:
        odd = [pair for pair in right if pair not in actual]
        odd += [pair for pair in actual if pair not in right]
        what = Text("who found what is not right", "кто что нашёл — неверно")
        sides = {"actual": _few(actual), "expected": _few(right)}
        raise Wrong(what, **sides, given=_described(inputs, odd))
    if output["unchanged"] is not True:
        what = Text("what came in was changed", "то, что пришло на вход, изменилось")
        raise Wrong(what, mistake=IN_PLACE, given=_described(inputs, []))


judge_pairs = judged(
    judge_scene,
    _suspects,
    right=matches,
    agrees=lambda inputs, answer, known: _plain(answer["pairs"]) and answer["pairs"] == known,
)


def _plain(actual) -> bool:
    return isinstance(actual, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(type(k) is int for k in pair)
        for pair in actual
    )


def _in_another_order(actual, right: list, by_second: list) -> bool:
    return _plain(actual) and sorted(actual) == right and (actual != by_second or actual == right)


def _few(pairs: list, most: int = 5) -> str:
    shown = ", ".join(str(tuple(p) if isinstance(p, list) else p)[:40] for p in pairs[:most])
    return f"[{shown}{', …' if len(pairs) > most else ''}]"


def _described(inputs: dict, odd: list[list[int]]) -> str:
    """The scene in a line, and the first pair that it is about in another."""
    true, predicted = (len(inputs[name]) for name in ("true", "predicted"))
    text = f"{true} true and {predicted} predicted objects"
    if not odd or odd[0][0] not in range(true) or odd[0][1] not in range(predicted):
        return text
    i, j = odd[0]
    one, other = inputs["true"][i], inputs["predicted"][j]
    shared = next((n for *pair, n in shares_of(inputs) if pair == [i, j]), 0)
    return (
        f"{text}\ntrue {i}: class {one['label']}, {one['area']} px; "
        f"predicted {j}: class {other['label']}, {other['area']} px; "
        f"they share {shared} px"
    )


_PAIRS = f"{PROBES}:pairs"
FOUND = ExerciseSpec(
    "vision.metrics.match_objects",
    Text("Who found what", "Кто что нашёл"),
    """
    Верните список пар (i, j): настоящий предмет i найден предсказанным j.

    true, predicted: предметы двух масок одного снимка, в том порядке, в каком их
    считают i и j, с нуля. У каждого `label` — класс, `area` — число точек.
    true_numbers, predicted_numbers: целые числа (высота, ширина), какому предмету
    принадлежит точка: i + 1 у предмета i, 0 — никакому.

    Предмет i найден предметом j, если класс у них один и общая их часть больше
    половины, IOU_THRESHOLD, от того, что они покрывают вместе, считая каждую точку
    один раз (пересечение к объединению). Ровно половины мало. При такой доле ни один
    предмет не попадёт в две пары.

    Пары — в порядке i, обычными целыми числами; кого нет ни в одной, тот пропущен или
    оказался ложной тревогой. То, что пришло на вход, не меняется.
    """,
    (
        Text(
            "For two objects three figures are enough: the area of each, and how many pixels they "
            "share. What do the two cover together, then?",
            "Для двух предметов хватит трёх чисел: площадь каждого и сколько точек у них общих. "
            "Сколько же они покрывают вместе?",
        ),
        Text(
            "(true_numbers == i + 1) & (predicted_numbers == j + 1) are the shared pixels of i "
            "and j. Two loops will do; np.bincount of one number made of both counts all of them "
            "in one go.",
            "(true_numbers == i + 1) & (predicted_numbers == j + 1) — общие точки i и j. Хватит "
            "двух циклов; np.bincount от одного числа, составленного из двух, сосчитает все сразу.",
        ),
    ),
    (
        Check("some", Text("found, missed and false", "найденные, пропущенные и ложные"),
              drawn.SOME, _PAIRS, judge_pairs),
        Check("half", Text("about half", "около половины"), drawn.HALF, _PAIRS, judge_pairs),
        Check("blob", Text("one over two, two in one", "одно на двух, двое в одном"), drawn.BLOB,
              _PAIRS, judge_pairs),
        Check("classes", Text("several classes", "несколько классов"), drawn.CLASSES, _PAIRS,
              judge_pairs),
        Check("specks", Text("a speck and a field", "пятнышко и поле"), drawn.SPECKS, _PAIRS,
              judge_pairs),
        Check("nothing", Text("nothing there, or nothing found",
              "ничего нет или ничего не найдено"), drawn.NOTHING, _PAIRS, judge_pairs),
    ),
)  # fmt: skip
