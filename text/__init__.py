"""Russian message triage: from what people write to who must read it.

Three lines do what the commands do:

    import text
    model = text.fit("letters.csv", text="letter", label="class", costs="costs.csv")
    model.predict(["Пахнет газом в подъезде"])
"""

from common.api import lazily

__all__ = ["Predictor", "TextSettings", "TextSource", "autopilot", "fit", "load"]

__getattr__ = lazily(__name__)
