"""A run of texts outside: the same classes, and as sure of them."""

import csv
import random
import re

import numpy as np
import pytest
import torch
from torch import nn

from common.cli import main
from common.export.bundle.program import read_arrays
from common.runs import store
from common.tables import read_table
from tests.common.export import bundles
from text.__main__ import DOMAIN
from text.answers import class_probabilities, unlabelled_texts
from text.bundle.preparation import Preparation
from text.bundle.regexps import RegexpTokenizer
from text.bundle.sorting import Sorter
from text.export import DenseBag
from text.task import TASK
from text.vocabulary import Vocabulary

STRANGE = [
    "Опять нет горячей воды в третьем подъезде, течёт холодная!!!",
    "Вoда <b>течёт</b>&nbsp;с\u200f потолка\x00, звоните 8 916 123-45-67 или a.b@mail.example",
    "😱😱 🇷🇺 )))",
    "1 250 000 руб. 12.05.2024 в 7:30",
    "абырвалг затопило подтопило ХОЛОДНАЯ ВОДА",
    "лифт " * 400,
    "...",
    "Thank you for the lift, it works",
]


def command(*words):
    return main(DOMAIN, [str(word) for word in words])


def messages(count, seed):
    draw = random.Random(seed)
    kinds = {
        "вода": ["нет горячей воды", "течёт кран", "горячая вода ржавая", "прорвало трубу"],
        "лифт": ["лифт стоит", "застряли в лифте", "двери лифта не закрываются"],
        "спасибо": ["спасибо за ремонт", "всё починили быстро", "благодарим мастера"],
    }
    rows = []
    for _ in range(count):
        kind = draw.choice(list(kinds))
        where = draw.choice(["в подъезде", "на пятом этаже", "в доме 7", "", "с утра"])
        rows.append((f"{draw.choice(kinds[kind])} {where}{draw.choice(['!', '.', ''])}", kind))
    return rows


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    for name, rows in {"learn": messages(300, 0), "new": messages(40, 1)}.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("message", "kind"), *rows])
    quick = ["--epochs", "3", "--width", "8", "--embedding", "8", "--device", "cpu"]
    named = ["--text", "message", "--label", "kind"]
    assert command("train", folder / "learn.csv", *named, *quick, "--out", folder / "run") == 0
    assert command("export", folder / "run", "--out", folder / "model.zip") == 0
    bundles.unpacked(folder / "model.zip", folder / "model")
    return folder


def test_classes_are_those_of_predict(places):
    assert command("predict", places / "run", places / "new.csv", "--out", places / "own.csv") == 0
    done = bundles.run(
        places / "model", places / "new.csv", "--out", places / "theirs.csv", cwd=places,
        without=(*bundles.WITHOUT, "scipy"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    own, theirs = (read_table(places / name).frame for name in ("own.csv", "theirs.csv"))
    assert theirs["predicted"].tolist() == own["predicted"].tolist()
    np.testing.assert_allclose(theirs["probability"], own["probability"], atol=1.01e-4)
    assert theirs["predicted"].nunique() == 3


def test_texts_of_every_kind_have_the_probabilities_of_the_run(places):
    pipeline, sorter = store.load(places / "run", TASK, device="cpu"), Sorter(places / "model")
    texts = [*STRANGE, *(text for text, _ in messages(30, 2))]
    own = class_probabilities(pipeline, unlabelled_texts(pipeline, texts))
    np.testing.assert_allclose(sorter.probabilities(texts), own, atol=1e-5)
    assert sorter.classes == pipeline.preprocessing.classes


def test_phrases_are_read_as_phrases(places):
    """Few texts teach hardly any, so one of ours takes their place, in the run and the bundle."""
    pipeline, sorter = store.load(places / "run", TASK, device="cpu"), Sorter(places / "model")
    prepared, texts = pipeline.preprocessing, ["нет горячей воды с утра", "лифт стоит"]
    before = sorter.probabilities(texts)
    words = [w for w in prepared.vocabulary.words if " " not in w and w not in ("горячий", "вода")]
    words = ["горячий", "вода", *words][: len(prepared.vocabulary.words) - 1]
    words.append("горячий вода")
    prepared.vocabulary = Vocabulary(words, prepared.vocabulary.tags)
    sorter.preparation = Preparation(
        {**sorter.values, "words": words}, read_arrays(places / "model")
    )
    assert len(sorter.preparation.phrase) == 1
    own = class_probabilities(pipeline, unlabelled_texts(pipeline, texts))
    found = sorter.probabilities(texts)
    np.testing.assert_allclose(found, own, atol=1e-5)
    assert np.abs(np.log(found / before))[0].max() > 1e-4


def test_lines_of_a_file_and_a_wrong_column(places, tmp_path):
    (tmp_path / "lines.txt").write_text("лифт стоит\n\n=течёт кран\n", encoding="utf-8")
    done = bundles.run(places / "model", tmp_path / "lines.txt", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "lines-predicted.csv").open(encoding="utf-8-sig")))
    assert [row["text"] for row in rows] == ["лифт стоит", "'=течёт кран"]
    done = bundles.run(
        places / "model", places / "new.csv", "--column", "letter", "--lang", "en", cwd=tmp_path
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "no column 'letter'" in done.stderr


def test_the_title_of_the_page_in_russian_is_in_russian(places):
    assert re.match("# [А-Я]", (places / "model" / "README.ru.md").read_text("utf-8"))


def test_a_file_in_utf_16_is_read_and_what_holds_no_text_is_refused(places, tmp_path):
    (tmp_path / "lines.txt").write_text("лифт стоит\n", encoding="utf-16")
    done = bundles.run(places / "model", tmp_path / "lines.txt", cwd=tmp_path)
    assert "лифт стоит" in (tmp_path / "lines-predicted.csv").read_text("utf-8-sig"), done.stderr
    for content, said in ((b"\x89PNG\0\0\0\r", "двоичные данные"), (b"\n \n", "ни одного")):
        (tmp_path / "odd.txt").write_bytes(content)
        done = bundles.run(places / "model", tmp_path / "odd.txt", "--lang", "ru", cwd=tmp_path)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert said in done.stderr


@pytest.mark.parametrize("mode", ["sum", "mean"])
def test_a_dense_bag_is_the_embedding_bag(mode):
    torch.manual_seed(0)
    bag = nn.EmbeddingBag(50, 6, mode=mode, padding_idx=0)
    rows = torch.randint(0, 50, (7, 9)) * (torch.rand(7, 9) > 0.4)
    torch.testing.assert_close(DenseBag(bag)(rows), bag(rows))
    if mode == "sum":
        weights = torch.rand(7, 9)
        expected = bag(rows, per_sample_weights=weights)
        torch.testing.assert_close(DenseBag(bag)(rows, per_sample_weights=weights), expected)


def test_the_small_tokenizer_is_nltks():
    from nltk.tokenize import RegexpTokenizer as Theirs

    pattern = r"(?x) \d+ (?: [.,]\d+ )? | \w+ | [^\w\s]"
    for text in STRANGE:
        assert RegexpTokenizer(pattern).tokenize(text) == Theirs(pattern).tokenize(text)
