"""The bundle's page: how it is run, what it answers, what it holds, what it costs."""

from collections.abc import Mapping, Sequence

from common.export.exporter import Exporter
from common.i18n import Text
from common.translation import translator

_PAGE = Text(
    """# {title}

An exported network and all that it needs, without PyTorch. In this folder, best in an environment
of its own:

```
python -m pip install -r requirements.txt
python run.py INPUT
```

{usage}

`python run.py --help` names the options. Exit code 0 for success, 2 and one line for a mistake in
the input. The code lies in `stickshift_model/`, the preparation in `preparation.json` and
`preparation.npz` (arrays, no pickle), the network in `model.onnx`, {bits}. Nothing is fetched, and
nothing in these files is executed but this code.

## What it holds of the data it learned from

{holds}

## Figures

{measured}

```
{figures}
```

`model.onnx` takes {inputs} and gives {outputs}.
""",
    """# {title}

Экспортированная сеть и всё, что ей нужно, без PyTorch. В этой папке, лучше в отдельном окружении:

```
python -m pip install -r requirements.txt
python run.py INPUT
```

{usage}

Параметры покажет `python run.py --help`. Код возврата 0 — успех, 2 и одна строка — ошибка во
входных данных. Код лежит в `stickshift_model/`, подготовка данных — в `preparation.json` и
`preparation.npz` (массивы без pickle), сеть — в `model.onnx`, {bits}. Из сети ничего не
загружается, и ничего, кроме этого кода, не исполняется.

## Что здесь есть из данных, на которых училась сеть

{holds}

## Показатели

{measured}

```
{figures}
```

`model.onnx` принимает {inputs} и возвращает {outputs}.
""",
)
_BITS = Text("in float32", "в float32"), Text("in int8", "в int8")
_MEASURED = Text(
    "On the validation part of the run's own data; the time on one thread of the machine that "
    "exported it; the difference from PyTorch, where 1 is everything.",
    "На валидационной выборке прогона; время — один поток машины, на которой шёл экспорт; "
    "отличие от PyTorch, где 1 — это всё.",
)
_NOT_MEASURED = Text(
    "The run's own data could not be read when it was exported: no metric was measured.",
    "При экспорте данные прогона не удалось прочитать: показатель не измерен.",
)
_NOTHING = Text("Nothing but the network's weights.", "Ничего, кроме весов сети.")


def pages(
    exporter: Exporter, tables: Mapping[str, Sequence[str]], *, int8: bool, measured: bool
) -> dict[str, str]:
    """Return README.md and README.ru.md.

    tables: the figures by language, lines of a table.
    """
    pages, title = {}, exporter.task.heading(exporter.pipeline)[0]
    for language, name in (("en", "README.md"), ("ru", "README.ru.md")):
        held = [f"- {line.to(language)}" for line in exporter.holds]
        pages[name] = _PAGE.to(language).format(
            title=translator(language, exporter.task.name)(title),
            usage=exporter.usage.to(language),
            bits=_BITS[int8].to(language),
            holds="\n".join(held) or _NOTHING.to(language),
            measured=(_MEASURED if measured else _NOT_MEASURED).to(language),
            figures="\n".join(tables[language]),
            inputs=", ".join(f"`{name}`" for name in exporter.inputs),
            outputs=", ".join(f"`{name}`" for name in exporter.outputs),
        )
    return pages
