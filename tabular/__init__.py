"""Real-estate price: from a table of flats to an honest valuation.

Three lines do what the commands do:

    import tabular
    model = tabular.fit("flats.csv", target="price")
    model.predict("new.csv")
"""

from typing import Any

__all__ = ["TableSource", "TabularSettings", "Valuer", "fit", "load"]


def __getattr__(name: str) -> Any:
    # Only when asked for: `python -m tabular --help` passes here too, and needs no torch.
    if name in __all__:
        from tabular import valuer

        return getattr(valuer, name)
    raise AttributeError(f"module 'tabular' has no attribute {name!r}")
