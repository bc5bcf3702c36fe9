"""The network: what it takes, what it must not depend on, what it can learn."""

import pytest
import torch

from common.errors import UserError
from common.trainer import Trainer
from text.loss import CrossEntropyLoss
from text.model import AttentionPooling, Neighbours, TextNetwork

SIZES = {"words": 30, "tags": 8, "pieces": 40, "buckets": 50}


def network(counts=(5.0, 3.0, 2.0), **changes):
    torch.manual_seed(0)
    small = {"width": 16, "heads": 2, "size": 8, **changes}
    return TextNetwork(*SIZES.values(), torch.tensor(counts), **small).eval()


def texts(n=6, tokens=5, *, seed=0):
    generator = torch.Generator().manual_seed(seed)

    def numbers(most, *shape):
        return torch.randint(1, most, shape, generator=generator, dtype=torch.int32)

    return (
        numbers(30, n, tokens),
        numbers(30, n, tokens),
        numbers(8, n, tokens),
        numbers(40, n, tokens, 6),
        numbers(1000, n, tokens, 7),
        1 + torch.arange(n * tokens, dtype=torch.int32).reshape(n, tokens),
        numbers(50, n, 9),
        torch.rand(n, 9, generator=generator),
    )


def padded(inputs, more=4):
    """The same texts with empty places behind them."""
    longer = []
    for tensor in inputs:
        size = list(tensor.shape)
        size[1] = more
        longer.append(torch.cat([tensor, tensor.new_zeros(size)], dim=1))
    return tuple(longer)


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
    model, inputs = trained_a_little(network()), list(texts())
    for place in (0, 2, 3, 4):  # not the phrase, which is no part of the token
        inputs[place][:, 3] = inputs[place][:, 1]
    apart = model(*inputs)
    inputs[5][:, 3] = inputs[5][:, 1]
    torch.testing.assert_close(model(*inputs), apart)


def test_a_phrase_adds_its_vector_to_its_first_word():
    model, inputs = trained_a_little(network()), texts()
    without = (inputs[0], torch.zeros_like(inputs[1]), *inputs[2:])
    model.embed.word.weight.data[5] = 0
    fifth = (inputs[0], torch.full_like(inputs[1], 5), *inputs[2:])
    torch.testing.assert_close(model(*fifth), model(*without))
    assert not torch.allclose(model(*inputs), model(*without), atol=1e-3)


def test_texts_do_not_see_each_other():
    model, inputs = trained_a_little(network()), texts()
    together = model(*inputs)
    for row in range(6):
        alone = model(*(tensor[row : row + 1] for tensor in inputs))
        torch.testing.assert_close(alone[0], together[row])


def test_the_order_of_words_counts():
    model, inputs = trained_a_little(network(dropout=0.0)), texts()
    turned = tuple(tensor.flip(1) for tensor in inputs[:6]) + inputs[6:]
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
    _, attention = model.read(*inputs[:6])
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


def test_neighbours_are_torchs_convolution():
    layer, x = Neighbours(4, 6), torch.randn(2, 7, 4)
    weight = layer.linear.weight.view(6, 3, 4).transpose(1, 2)
    expected = torch.nn.functional.conv1d(x.mT, weight, layer.linear.bias, padding=1).mT
    torch.testing.assert_close(layer(x), expected)


def test_the_bag_is_a_weighed_sum_of_one_weight_for_each_piece_and_class():
    model = trained_a_little(network())
    words = tuple(torch.zeros_like(tensor) for tensor in texts()[:6])
    buckets, values = texts()[6:]
    weights = model.bag.weight[buckets.long()]
    expected = model.scale * (weights * values[..., None]).sum(dim=1) + model.answer.bias
    torch.testing.assert_close(model(*words, buckets, values), expected)


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
