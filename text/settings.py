"""What can be tuned in classifying texts, and where the texts come from. No torch here."""

from dataclasses import dataclass

from common.settings import ACTIVATIONS, HIDDEN, Options, Settings, option

DECISIONS = ("most_likely", "least_cost")


@dataclass(frozen=True, kw_only=True)
class TextSource(Options):
    """A person's table or folder of texts, or the messages that come with the course."""

    file: str | None = option(
        None,
        "a table (CSV, TSV, JSON Lines, Excel, Parquet) or a folder with one text file a document; "
        "if left out: the course's messages, or the run's own data",
        positional=True,
    )
    text: str | None = option(None, "column that holds the text", metavar="COLUMN")
    label: str | None = option(None, "column that holds the class", metavar="COLUMN")
    sheet: str | None = option(
        None, "sheet of a workbook (default: the first that has the columns)"
    )
    header_row: int | None = option(
        None, "row in which the columns' names stand (default: found)", at_least=1
    )
    hidden: str = option(
        "read", "hidden rows and columns of a workbook: read or skip", choices=HIDDEN
    )
    costs: str | None = option(
        None,
        "table of what each mix-up costs: a row for each true class, a column for each answer",
        metavar="FILE",
    )
    group: str | None = option(
        None,
        "rows with one value in this column stay in one part; of a folder: 'folder' for the inner "
        "folders, or N for part N of the files' names, cut at _, - and spaces",
        metavar="COLUMN",
        training_only=True,
    )
    passage: int = option(
        100,
        "words in a passage of a long document",
        at_least=10,
        at_most=100_000,
        training_only=True,
    )
    vectors: str | None = option(
        None,
        "word vectors to use, in word2vec's text or binary format (default: learn them)",
        metavar="FILE",
        training_only=True,
    )


@dataclass(frozen=True, kw_only=True)
class PredictOptions(Options):
    """What `predict` may be told."""

    sheet: str | None = option(
        None, "sheet of a workbook (default: the first that has the column of texts)"
    )
    header_row: int | None = option(
        None, "row in which the columns' names stand (default: found)", at_least=1
    )
    hidden: str = option(
        "read", "hidden rows and columns of a workbook: read or skip", choices=HIDDEN
    )


@dataclass(frozen=True, kw_only=True)
class TextSettings(Settings):
    """The network, the training, and how an answer is chosen."""

    loss: str = option(
        "cross_entropy",
        "loss to train with: cross_entropy, smoothing, focal, cost, ordinal, "
        "or a sum such as cost + 0.5*focal",
    )
    decision: str | None = option(
        None,
        "how to choose the class: most_likely, least_cost (default: least_cost where a mix-up "
        "has its price, save with the loss cost, which has chosen already)",
        choices=DECISIONS,
    )
    depth: int = option(1, "number of hidden layers", at_least=1, at_most=64)
    width: int = option(96, "neurons in a hidden layer", at_least=1, at_most=16384)
    activation: str = option("gelu", "activation function", choices=ACTIVATIONS)
    batch_size: int = option(64, "examples in one training step", at_least=1, at_most=2**24)
    lr: float = option(
        4e-3, "highest learning rate of the one-cycle schedule", above=0, at_most=1000
    )
    epochs: int = option(8, "passes over the training part", at_least=1, at_most=10**6)
    patience: int | None = option(
        3, "stop after so many epochs without progress", at_least=1, at_most=10**6
    )
    heads: int = option(4, "attention heads", at_least=1, at_most=256)
    embedding: int = option(48, "numbers in a learned word vector", at_least=2, at_most=4096)
    dropout: float = option(0.3, "share of neurons dropped in training", at_least=0, at_most=0.9)
    word_dropout: float = option(
        0.15, "share of words hidden from the network in training", at_least=0, at_most=0.9
    )
    bag_dropout: float = option(
        0.3, "share of texts that training shows without their bag", at_least=0, at_most=0.9
    )
    smoothing: float = option(
        0.1, "loss smoothing: share given to all classes alike", at_least=0, at_most=0.99
    )
    gamma: float = option(2.0, "loss focal: how little an easy text counts", at_least=0, at_most=20)
    ce_weight: float = option(
        0.2, "losses cost and ordinal: weight of the cross-entropy in them", at_least=0, at_most=100
    )
