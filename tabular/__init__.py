"""Real-estate price: from a table of flats to an honest valuation.

Three lines do what the commands do:

    import tabular
    model = tabular.fit("flats.csv", target="price")
    model.predict("new.csv")
"""

from common.api import lazily

__all__ = ["Predictor", "TableSource", "TabularSettings", "autopilot", "fit", "load"]

__getattr__ = lazily(__name__)
