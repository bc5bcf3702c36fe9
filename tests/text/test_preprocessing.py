"""What the training part teaches, what it must not, and what a stranger's file may not say."""

import dataclasses
import json
import pickle

import numpy as np
import pytest
import torch
from gensim.models import KeyedVectors

from common.errors import UserError
from text.batches import MOST_TOKENS
from text.costs import Costs
from text.data import Texts
from text.loss import IGNORE_INDEX
from text.model import SUBWORDS
from text.morphology import Morphology
from text.preprocessing import TextPreprocessing
from text.synthetic import CLASSES, read_messages
from text.vectors import learn_vectors, read_vectors


def texts(strings, labels=None, documents=None):
    labels = np.array(labels or [CLASSES[i % 3] for i in range(len(strings))], dtype=object)
    rows = np.array([f"row {i}" for i in range(len(strings))], dtype=object)
    return Texts(list(strings), labels, Costs.equal(CLASSES), rows, documents)


def some(n=150, start=0):
    messages = read_messages()[start : start + n]
    return texts([m.text for m in messages], [m.label for m in messages])


def prepared(train, **changes):
    return TextPreprocessing(size=8, morphology=Morphology(folder=None), **changes).fit(train)


def whole(batches):
    """What the batches hold, whatever the numbers by which tokens are told apart."""
    return [tensor for batch in batches for tensor in spelled(batch)]


def spelled(inputs):
    """The inputs with each text's tokens as they are described: (texts, tokens, columns)."""
    token_ids, tokens, ngrams, weights = inputs
    return token_ids > 0, tokens[0][token_ids], ngrams, weights


@pytest.fixture(scope="module")
def fitted():
    return prepared(some())


def test_what_is_learned_comes_from_the_training_part_alone():
    train, other = some(), some(60, start=900)
    alone, beside = prepared(train), prepared(train)
    beside.transform(other)
    for first, second in zip(
        whole(alone.transform(other)), whole(beside.transform(other)), strict=True
    ):
        torch.testing.assert_close(first, second)


def test_the_same_seed_gives_the_same_inputs():
    first, second = prepared(some()), prepared(some())
    np.testing.assert_array_equal(first.vectors, second.vectors)
    assert first.vocabulary.words == second.vocabulary.words


def test_a_text_has_the_same_inputs_alone_and_among_others(fitted):
    strings = ["Течёт кран!", "спасибо", "а когда дадут горячую воду в пятом подъезде"]
    together = spelled(next(iter(fitted.transform(texts(strings)))))
    for row, string in enumerate(strings):
        alone = spelled(next(iter(fitted.transform(texts([string])))))
        for one, many in zip(alone, together, strict=True):
            torch.testing.assert_close(one[0], many[row, : one.shape[1]])
            assert (many[row, one.shape[1] :] == 0).all()


def test_a_lexicon_that_grows_bit_by_bit_or_begins_anew_gives_the_same_inputs():
    strings = [m.text for m in read_messages()[900:960]]
    at_once, slowly = prepared(some()), prepared(some())
    expected = whole(at_once.transform(texts(strings[40:])))
    for start in (0, 10, 25):
        list(slowly.transform(texts(strings[start : start + 15])))
    grown = whole(slowly.transform(texts(strings[40:])))
    slowly.forget()
    anew = whole(slowly.transform(texts(strings[40:])))
    for first, *others in zip(expected, grown, anew, strict=True):
        for other in others:
            torch.testing.assert_close(other, first)


def test_saved_and_restored_it_prepares_the_same(fitted):
    values, arrays = fitted.state()
    again = TextPreprocessing.restore(json.loads(json.dumps(values)), arrays)
    other = some(60, start=900)
    for first, second in zip(
        whole(fitted.transform(other)), whole(again.transform(other)), strict=True
    ):
        torch.testing.assert_close(first, second)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v, a: v.update(classes=["a"]), "classes"),
        (lambda v, a: v.update(counts=[1]), "classes"),
        (lambda v, a: a.update(costs=np.ones_like(a["costs"])), "right answer"),
        (lambda v, a: a.update(costs=a["costs"][:2]), "prices"),
        (lambda v, a: a.update(weights=a["weights"][:9]), "weights"),
        (lambda v, a: a.update(weights=a["weights"] * np.nan), "weights"),
    ],
)
def test_a_state_that_fit_never_made_is_refused(fitted, change, words):
    values, arrays = fitted.state()
    values, arrays = dict(values), dict(arrays)
    change(values, arrays)
    with pytest.raises(UserError, match=words):
        TextPreprocessing.restore(values, arrays)


def test_classes_that_training_has_not_are_ignored():
    train, strange = some(), texts(["а", "б"], ["emergency", "spam"])
    targets = prepared(train).targets(strange.labels)
    assert targets.tolist() == [0, IGNORE_INDEX]


def test_one_class_in_training_is_refused():
    with pytest.raises(UserError, match="one class alone, 'thanks'"):
        prepared(texts(["спасибо"] * 5, ["thanks"] * 5))


def test_training_batches_are_shuffled_each_epoch_and_hold_every_text():
    train = some()
    fit = prepared(train, batch_size=16)
    batches = fit.data(train, training=True)
    targets = []
    for epoch in (0, 1, 0):
        batches.set_epoch(epoch)
        targets.append(torch.cat([target for _, target in batches]))
    assert len(targets[0]) == len(train)
    assert torch.equal(targets[0], targets[2])
    assert not torch.equal(targets[0], targets[1])
    assert torch.equal(targets[0].sort().values, targets[1].sort().values)


def test_training_data_is_only_for_what_was_fitted(fitted):
    with pytest.raises(ValueError, match="very examples"):
        fitted.data(some(), training=True)


def test_texts_of_nothing_and_of_a_megabyte_are_prepared(fitted):
    inputs = next(iter(fitted.transform(texts(["", "🔥", "12", "вода " * 200_000]))))
    assert inputs[0].shape == (4, MOST_TOKENS)
    assert (inputs[0] > 0).sum(dim=1).tolist() == [0, 1, 1, MOST_TOKENS]
    assert all(tensor.isfinite().all() for tensor in inputs)


def test_latin_letters_in_a_cyrillic_word_and_yo_change_nothing(fitted):
    first, second = (
        next(iter(fitted.transform(texts([string])))) for string in ("тёплая вода", "теплaя вoда")
    )
    assert spelled(first)[1][..., :3].tolist() == spelled(second)[1][..., :3].tolist()
    assert first[2].tolist() == second[2].tolist()


def test_words_that_come_in_bursts_are_read_as_parts_of_speech():
    generator = np.random.default_rng(0)
    passages = []
    for place in range(60):
        words = [*generator.choice(["сказал", "дом", "однако", "снег"], 3), "и"]
        words += ["базаров"] * (place // 20 == 1)
        passages.append(" ".join(generator.permutation(words)))
    labels = ["emergency", "repair", "thanks"] * 20
    train = texts(passages, labels, np.zeros(60, np.int64))
    fit = prepared(train)
    assert "базаров" not in fit.vocabulary.words
    assert "сказать" in fit.vocabulary.words
    name, verb = (
        spelled(next(iter(fit.transform(texts([string])))))[1][0, 0]
        for string in ("базаров", "сказал")
    )
    word, phrase, tag = name[:3].tolist()
    assert (word, phrase) == (1, 0)
    assert tag > 0
    assert not name[3:].any()
    assert verb[3 : 3 + SUBWORDS].any()


@pytest.mark.parametrize("binary", [False, True])
def test_a_persons_own_vectors_are_used_and_stay_as_they_are(tmp_path, binary):
    known = KeyedVectors(5)
    words = ["вода_NOUN", "течь_VERB", "кран", "горячая::вода", "несказанный"]
    generator = np.random.default_rng(0)
    known.add_vectors(words, generator.normal(size=(5, 5)).astype(np.float32))
    path = tmp_path / "v"
    known.save_word2vec_format(path, binary=binary)
    fit = prepared(some(), vectors_file=str(path))
    assert fit.size == 5
    assert fit.vocabulary.words[:5] == ["вода", "течь", "кран", "горячая вода", "несказанный"]
    ratio = fit.vectors[0] / known["вода_NOUN"]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)
    assert any("3 of the" in note for note in fit.notes)
    inputs = next(iter(fit.transform(texts(["несказанный"]))))
    assert spelled(inputs)[1][0, 0, 0] == 2 + 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not word vectors"),
        (b"hello\n", "not word vectors"),
        (b"99999999 300\nword 1 2 3\n", "its size belies"),
        (b"2 3\nword 1 2 3\n", "damaged|size belies"),
        (b"2 3\nword 1 2 x\nother 1 2 3\n", "damaged"),
        (b"2 3\nword 1 2 nan\nother 1 2 3\n", "not finite"),
        (b"\x80\x04\x95" * 40, "not word vectors"),
    ],
)
def test_a_file_that_is_no_word_vectors_is_refused(tmp_path, content, words):
    path = tmp_path / "v"
    path.write_bytes(content)
    with pytest.raises(UserError, match=words):
        read_vectors(path)


def test_vectors_that_know_no_word_are_refused(tmp_path):
    (tmp_path / "v").write_text("2 3\nhello 1 2 3\nworld 1 2 3\n")
    with pytest.raises(UserError, match="know no word"):
        prepared(some(), vectors_file=str(tmp_path / "v"))


def test_words_of_like_company_have_like_vectors():
    generator = np.random.default_rng(0)
    sentences = []
    for _ in range(600):
        animal, dish = generator.choice(["кот", "пес"]), generator.choice(["суп", "борщ"])
        sentences.append([animal, "мяукать", "хвост", "лапа"])
        sentences.append([dish, "варить", "соль", "ложка"])
    words, vectors = learn_vectors(sentences, size=16, seed=0)
    unit = dict(zip(words, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), strict=True))
    assert unit["кот"] @ unit["пес"] > unit["кот"] @ unit["суп"]


def test_too_few_words_for_vectors_are_no_obstacle():
    fit = prepared(texts(["а", "б", "в"]))
    assert fit.vocabulary.words == []
    assert dataclasses.is_dataclass(texts(["а"]))


def test_another_process_can_be_handed_it_with_its_data(fitted):
    data = fitted.data(some(40, start=600))
    again, copied = pickle.loads(pickle.dumps((fitted, data)))
    for (ours, y), (theirs, z) in zip(data, copied, strict=True):
        assert torch.equal(y, z)
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    new = some(20, start=900)  # with words that neither has seen
    for ours, theirs in zip(whole(fitted.transform(new)), whole(again.transform(new)), strict=True):
        assert torch.equal(ours, theirs)
