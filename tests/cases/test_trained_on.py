"""Each domain tells what it was trained on from what it was not, whatever the order."""

import numpy as np
import pytest

import audio.data
import audio.task
import text.task
import vision.data
import vision.task


def mixtures(seeds):
    clean = np.stack([np.random.default_rng(s).uniform(-0.5, 0.5, 6100) for s in seeds])
    clean = clean.astype(np.float32)
    noise = np.random.default_rng(99).normal(0, 0.01, clean.shape).astype(np.float32)
    names = np.array(seeds).astype(object)
    return audio.data.Mixtures(clean, clean + noise, np.zeros(len(seeds)), names, names)


def texts(seeds):
    words = [f"кран номер {seed} течёт" for seed in seeds]
    labels, rows = np.array(["вода"] * len(seeds), dtype=object), np.arange(len(seeds))
    return text.task.Texts(words, labels, None, rows)


def pictures(seeds):
    images = np.stack(
        [np.random.default_rng(s).integers(0, 256, (8, 8, 3), np.uint8) for s in seeds]
    )
    store = vision.data.InMemory([str(s) for s in seeds], images, images[..., 0] // 128)
    return vision.data.Pictures(store, np.arange(len(seeds)), ("background", "pad"))


@pytest.mark.parametrize(
    ("task", "make"),
    [
        (audio.task.TASK, mixtures),
        (text.task.TASK, texts),
        (vision.task.TASK, pictures),
    ],
)
def test_examples_are_known_again(task, make):
    known = task.hashes(None, make([1, 2, 3, 4]))
    assert len(np.unique(known)) == 4
    assert task.hashes(None, make([4, 3, 9])).tolist()[:2] == known[[3, 2]].tolist()
    assert not np.isin(task.hashes(None, make([7, 8])), known).any()


def test_speech_is_known_again_in_another_noise_and_louder():
    examples = mixtures([1, 2])
    louder = audio.data.Mixtures(
        examples.clean * 0.5, examples.noisy[::-1], examples.snr, examples.voices, examples.kinds
    )
    hashes = [audio.task.TASK.hashes(None, each).tolist() for each in (examples, louder)]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    "written",
    [
        "ПАХНЕТ ГАЗОМ! КВ. 5, ЁЛКА",
        "Пахнет  газом, кв.5 — елка.",
        "<p>пахнет\xa0газом: кв 5 ёлка</p>",
    ],
)
def test_a_text_is_known_again_in_other_capitals_spaces_and_signs(written):
    ours = texts([1])
    known, again = (
        text.task.TASK.hashes(None, text.data.replace(ours, texts=[one]))
        for one in ("Пахнет газом! Кв. 5, ёлка", written)
    )
    assert known.tolist() == again.tolist()


def test_texts_of_other_words_numbers_or_signs_alone_are_not_taken_for_each_other():
    ours = ["дом 5", "дом 7", "дом 1.5", "дом 15", ":)", ":(", "не горит", "горит"]
    assert len(set(text.task.TASK.hashes(None, text.data.replace(texts([1]), texts=ours)))) == 8
