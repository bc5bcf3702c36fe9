"""Russian message triage: from what people write to who must read it.

Three lines do what the commands do:

    import text
    sorter = text.fit("letters.csv", text="letter", label="class", costs="costs.csv")
    sorter.predict(["Пахнет газом в подъезде"])
"""

from typing import Any

__all__ = ["Sorter", "TextSettings", "TextSource", "fit", "load"]


def __getattr__(name: str) -> Any:
    # Only when asked for: `python -m text --help` passes here too, and needs no torch.
    if name in __all__:
        from text import sorter

        return getattr(sorter, name)
    raise AttributeError(f"module 'text' has no attribute {name!r}")
