"""python -m text"""

from common.cli import run
from common.domain import Domain
from text.settings import PredictOptions, TextSettings, TextSource

DOMAIN = Domain(
    name="text",
    summary="Message triage: a network for texts, and losses that know what a mix-up costs.",
    task="text.task",
    keras_loss="cost",
    source=TextSource,
    settings=TextSettings,
    predict=PredictOptions,
    demo=("cross_entropy", "smoothing", "focal", "cost"),
    demo_settings={"decision": "most_likely"},
    libraries={
        "nltk": ("nltk", "the text lesson does not work"),
        "gensim": ("gensim", "the text lesson does not work"),
    },
)

if __name__ == "__main__":
    run(DOMAIN)
