"""What a person is told of the workers of a cluster."""

from collections.abc import Mapping

from common.i18n import Text
from common.translation import translator

GONE = Text(
    "{worker}: this worker is gone; others go on with what it had in hand",
    "{worker}: эта машина пропала; её работу берут другие",
)
LEFT_OUT = Text(
    "{worker}: this worker is left out: {why}", "{worker}: эта машина не участвует: {why}"
)
NOT_INSTALLED = Text(
    "the scheduler or the worker cannot import the course: install it there",
    "планировщик или рабочая машина не находит курс: установите его там",
)
OTHER_VERSIONS = Text(
    "it has other versions than this computer: {others}",
    "версии там не такие, как на этом компьютере: {others}",
)
NO_ANSWER = Text("it does not answer", "не отвечает")
TOO_LATE = Text(
    "until all was done it had not shown that it can do it",
    "до самого конца не показала, что годится",
)
NOT_NEEDED = Text(
    "workers not needed: {count}; all was done before they had shown that they can do it",
    "не понадобилось машин: {count}; всё было готово раньше, чем они показали, что годятся",
)


def in_its_words(problem: str, module: str = "common") -> Text:
    """Return what a worker says is wrong there; it says it in English.

    module: whose Russian words may be needed.

    >>> in_its_words("the sandbox cannot start, and grading goes no further without it: why").ru
    'песочница не запускается, а без неё проверять нельзя: why'
    """
    return Text(problem, translator("ru", module)(problem))


def differing(there: Mapping[str, str], here: Mapping[str, str]) -> Text | None:
    """Return what a worker of other versions is told, None where they are the same.

    >>> differing({"numpy": "2.1"}, {"numpy": "2.0"}).en
    'it has other versions than this computer: numpy 2.1 ≠ 2.0'
    """
    others = "; ".join(
        f"{name} {there.get(name, '–')} ≠ {version}"
        for name, version in here.items()
        if there.get(name) != version
    )
    return OTHER_VERSIONS.filled(others=others) if others else None
