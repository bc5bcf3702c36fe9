"""The network: what it takes, what it must not depend on, what it can learn."""

import inspect
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from common.errors import UserError
from common.trainer import Trainer
from common.training.nonfinite import NonFiniteLossError
from text.loss import CrossEntropyLoss
from text.model import CHARACTERS, SUBWORDS, AttentionPooling, RowDropout, TextNetwork

SIZES = {"words": 30, "tags": 8, "subwords": 40, "ngrams": 50}


def network(counts=(5.0, 3.0, 2.0), **changes):
    torch.manual_seed(0)
    small = {"width": 16, "heads": 2, "size": 8, **changes}
    return TextNetwork(*SIZES.values(), torch.tensor(counts), **small).eval()


def texts(n=6, tokens=5, *, seed=0):
    generator = torch.Generator().manual_seed(seed)

    def numbers(most, *shape):
        return torch.randint(1, most, shape, generator=generator, dtype=torch.int32)

    distinct = n * tokens
    columns = [
        numbers(30, distinct, 2),  # word, phrase
        numbers(8, distinct, 1),
        numbers(40, distinct, SUBWORDS),
        numbers(1000, distinct, CHARACTERS),
    ]
    table = torch.cat(columns, dim=1)
    return (
        1 + torch.arange(distinct, dtype=torch.int32).reshape(n, tokens),
        torch.cat([torch.zeros_like(table[:1]), table])[None],
        numbers(50, n, 9),
        torch.rand(n, 9, generator=generator),
    )


def padded(inputs, more=4):
    """The same texts with empty places behind them."""
    token_ids, tokens, ngrams, weights = inputs
    longer = [F.pad(tensor, (0, more)) for tensor in (token_ids, ngrams, weights)]
    return longer[0], tokens, longer[1], longer[2]


def trained_a_little(model):
    torch.manual_seed(1)
    for parameter in model.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    for embedding in (model.embed.word, model.embed.tag, model.embed.character, model.bag):
        embedding.weight.data[0] = 0
    return model


def test_padding_changes_no_answer():
    model = trained_a_little(network())
    torch.testing.assert_close(model(*padded(texts())), model(*texts()))


def test_a_token_that_stands_twice_is_described_once_and_counts_twice():
    model, inputs = trained_a_little(network()), texts()
    token_ids, tokens = inputs[0], inputs[1]
    tokens[0, token_ids[:, 3]] = tokens[0, token_ids[:, 1]]
    apart = model(*inputs)
    token_ids[:, 3] = token_ids[:, 1]
    torch.testing.assert_close(model(*inputs), apart)


def test_a_phrase_adds_its_vector_to_its_first_word():
    model, (token_ids, tokens, *bag) = trained_a_little(network()), texts()
    without, fifth = tokens.clone(), tokens.clone()
    without[..., 1], fifth[..., 1] = 0, 5
    described = model.embed(tokens[0]) - model.embed(without[0])
    vectors = model.embed.word.weight[tokens[0, :, 1]]
    vectors[0] = 0  # the row that is no token
    torch.testing.assert_close(described, vectors @ model.embed.mix.weight[:, :8].T)
    assert not torch.allclose(
        model(token_ids, tokens, *bag), model(token_ids, without, *bag), atol=1e-3
    )
    model.embed.word.weight.data[5] = 0
    torch.testing.assert_close(model(token_ids, fifth, *bag), model(token_ids, without, *bag))


def test_texts_do_not_see_each_other():
    model, inputs = trained_a_little(network()), texts()
    together = model(*inputs)
    for row in range(6):
        own = (tensor[row : row + 1] for tensor in (inputs[0], *inputs[2:]))
        token_ids, *bag = own
        alone = model(token_ids, inputs[1], *bag)
        torch.testing.assert_close(alone[0], together[row])


def test_the_order_of_words_counts():
    model, inputs = trained_a_little(network(dropout=0.0)), texts()
    turned = (inputs[0].flip(1), *inputs[1:])
    assert not torch.allclose(model(*turned), model(*inputs), atol=1e-3)


def test_a_text_without_tokens_and_pieces_is_answered_by_what_is_common():
    empty = tuple(torch.zeros_like(tensor) for tensor in texts(2))
    answers = network()(*empty)
    assert answers.isfinite().all()
    assert answers.argmax(dim=1).tolist() == [0, 0]
    gradients = torch.autograd.grad(answers.sum(), network().parameters(), allow_unused=True)
    assert all(g is None or g.isfinite().all() for g in gradients)


def test_attention_adds_up_to_one_over_what_is_there():
    model, inputs = trained_a_little(network()), padded(texts())
    _, attention = model.read(*inputs[:2])
    torch.testing.assert_close(attention.sum(dim=1), torch.ones(6))
    assert (attention[:, 5:] == 0).all()
    assert (attention[:, :5] > 0).all()


def test_attention_is_a_softmax_over_tokens():
    pooling = AttentionPooling(4, 2)
    x, there = torch.randn(1, 3, 4), torch.ones(1, 3, dtype=torch.bool)
    scores = pooling.score(torch.tanh(pooling.hidden(x[0])))
    shares = scores.exp() / scores.exp().sum(dim=0)
    heads = [(shares[:, head : head + 1] * x[0]).sum(dim=0) for head in (0, 1)]
    out, attention = pooling(x, there)
    torch.testing.assert_close(out[0], torch.cat([*heads, x[0].amax(dim=0)]))
    torch.testing.assert_close(attention[0], shares.mean(dim=1))


def test_the_bag_is_a_weighed_sum_of_one_weight_for_each_piece_and_class():
    model = trained_a_little(network())
    token_ids, tokens, ngrams, values = texts()
    weights = model.bag.weight[ngrams.long()]
    expected = model.scale * (weights * values[..., None]).sum(dim=1) + model.answer.bias
    torch.testing.assert_close(model(torch.zeros_like(token_ids), tokens, ngrams, values), expected)


def test_an_untrained_network_answers_the_shares_of_the_classes():
    shares = network((70.0, 20.0, 10.0))(*texts()).softmax(dim=1)
    expected = torch.tensor([71.0, 21.0, 11.0]) / 103
    torch.testing.assert_close(shares, expected.expand(6, 3))


@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("activation", ["relu", "gelu", "tanh"])
def test_it_learns_by_heart_what_it_is_given(depth, activation):
    model = network(
        depth=depth, activation=activation, dropout=0.0, word_dropout=0.0, bag_dropout=0.0
    )
    target = torch.arange(24) % 3
    data = [(texts(24), target)]
    trainer = Trainer(model, CrossEntropyLoss(), lr=0.02, epochs=40, device="cpu", progress=False)
    trainer.fit(data)
    assert (model.eval()(*texts(24)).argmax(dim=1) == target).all()


def test_given_vectors_are_the_start_and_frozen_ones_stay():
    vectors = torch.randn(30, 8)
    free, frozen = network(vectors=vectors), network(vectors=vectors, frozen=True)
    torch.testing.assert_close(free.embed.word.weight.data, vectors)
    assert free.embed.word.weight.requires_grad
    assert not frozen.embed.word.weight.requires_grad


def test_low_precision_gives_finite_float32_answers():
    model = trained_a_little(network())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        answers = model(*texts())
    assert answers.dtype == torch.float32
    assert (answers - model(*texts())).abs().max() < 0.3


def test_what_makes_no_sense_is_refused():
    with pytest.raises(UserError, match="unknown activation"):
        network(activation="swich")
    with pytest.raises(UserError, match="heads 0"):
        network(heads=0)


def test_a_row_that_makes_the_loss_infinite_is_named():
    """The table of tokens is one for all rows: who looks at a row alone must not cut it."""

    def loss(prediction, target):
        return (prediction.sum(dim=1) / (target != 4)).mean()

    trainer = Trainer(network(), loss, epochs=1, device="cpu", progress=False)
    with pytest.raises(NonFiniteLossError) as error:
        trainer.fit([(texts(), torch.arange(6))])
    assert error.value.rows == [4]


def test_word_dropout_hides_whole_words_and_only_in_training():
    x = torch.ones(200, 10, 4)
    hidden = RowDropout(0.3).train()(x)
    assert set(hidden.unique().tolist()) == {0.0, 1.0}
    assert (hidden == hidden[..., :1]).all()
    assert 0.25 < (hidden == 0).float().mean() < 0.35
    assert torch.equal(RowDropout(0.3).eval()(x), x)


@pytest.mark.parametrize("name", ["README.md", "README.ru.md"])
def test_the_lesson_names_every_input(name):
    lesson = (Path(__file__).parents[2] / "text" / name).read_text(encoding="utf-8")
    inputs = [*inspect.signature(TextNetwork.forward).parameters][1:]
    assert len(inputs) <= 4
    assert [text for text in inputs if f"\n{text} " not in lesson] == []
