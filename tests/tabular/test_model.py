import pytest
import torch
from torch.nn.functional import softmax

from common.errors import UserError
from tabular.model import EnsembleLinear, NeighbourAttention, PeriodicEmbedding, PriceNetwork
from tabular.neighbours import nearest

ROWS, NUMBERS, SIZES, NEAR = 60, 5, (4, 9), 7


def market(seed: int = 0):
    """Training inputs with their neighbours, and what is known of these, all random."""
    generator = torch.Generator().manual_seed(seed)
    numbers = torch.randn(ROWS, NUMBERS, generator=generator)
    categories = torch.stack(
        [torch.randint(0, size, (ROWS,), generator=generator) for size in SIZES], dim=1
    )
    place = 10 * torch.rand(ROWS, 2, generator=generator)
    log_price = 15 + torch.randn(ROWS, generator=generator)
    rows = nearest(place.numpy(), place.numpy(), NEAR, apart=(torch.arange(ROWS).numpy(),) * 2)
    return (numbers, categories, place, torch.from_numpy(rows)), (place, numbers, log_price)


def build(*, with_places: bool = True, seed: int = 0, **settings) -> PriceNetwork:
    known = market()[1]
    torch.manual_seed(seed)
    table = known if with_places else None
    return PriceNetwork(NUMBERS, SIZES, known[2], known=table, width=16, depth=2, **settings)


def gradient_norm(network: PriceNetwork) -> float:
    gradients = [p.grad for p in network.parameters()]
    assert all(g is not None for g in gradients), "a parameter takes no part in the answer"
    return sum(float(g.square().sum()) for g in gradients) ** 0.5


@pytest.mark.parametrize("with_places", [True, False])
@pytest.mark.parametrize("members", [1, 4])
@pytest.mark.parametrize("batch", [1, 13])
def test_a_log_price_of_each_member_in_training_and_their_mean_out_of_it(
    with_places, members, batch
):
    network = build(with_places=with_places, members=members)
    inputs = market()[0] if with_places else market()[0][:2]
    for training in (True, False):
        answer = network.train(training)(*(x[:batch] for x in inputs))
        assert answer.shape == ((batch, members) if training else (batch,))
        assert answer.dtype == torch.float32
        assert answer.isfinite().all()


@pytest.mark.parametrize("with_places", [True, False])
def test_every_parameter_learns(with_places):
    network = build(with_places=with_places)
    network(*(market()[0] if with_places else market()[0][:2])).square().mean().backward()
    assert 0 < gradient_norm(network) < float("inf")


@pytest.mark.parametrize(("numbers", "sizes"), [(0, (3,)), (2, ()), (1, (1,))])
def test_a_table_may_lack_numbers_or_categories(numbers, sizes):
    network = PriceNetwork(numbers, sizes, torch.tensor([1.0, 2.0])).eval()
    answer = network(torch.randn(3, numbers), torch.zeros(3, len(sizes), dtype=torch.int64))
    assert answer.shape == (3,)
    assert answer.isfinite().all()


def test_equal_prices_do_not_divide_by_zero():
    inputs, (place, numbers, _) = market()
    same = torch.full((ROWS,), 15.0)
    network = PriceNetwork(NUMBERS, SIZES, same, known=(place, numbers, same)).eval()
    torch.testing.assert_close(network(*inputs), same, rtol=0, atol=1e-3)


def test_no_training_row_sees_its_own_price():
    inputs, _ = market()
    network = build().eval()
    before = network(*inputs)
    for row in range(ROWS):
        network.attention.price[row] += 5.0
        after = network(*inputs)
        network.attention.price[row] -= 5.0
        assert torch.allclose(after[row], before[row], atol=1e-5)
        believers = (inputs[3] == row).any(dim=1)
        assert not torch.allclose(after[believers], before[believers], atol=1e-2)


def test_the_order_of_neighbours_means_nothing():
    (numbers, categories, place, neighbours), _ = market()
    network = build().eval()
    order = torch.randperm(NEAR, generator=torch.Generator().manual_seed(1))
    answer = network(numbers, categories, place, neighbours[:, order])
    torch.testing.assert_close(answer, network(numbers, categories, place, neighbours))


def test_the_row_numbers_of_neighbours_mean_nothing():
    inputs, (place, numbers, log_price) = market()
    order = torch.randperm(ROWS, generator=torch.Generator().manual_seed(1))
    shuffled = PriceNetwork(
        NUMBERS,
        SIZES,
        log_price,
        known=(place[order], numbers[order], log_price[order]),
        width=16,
        depth=2,
    ).eval()
    network = build().eval()
    shuffled.load_state_dict(network.state_dict())
    answer = shuffled(*inputs[:3], order.argsort()[inputs[3]])
    torch.testing.assert_close(answer, network(*inputs))


def test_moving_the_whole_map_means_nothing():
    (numbers, categories, place, neighbours), _ = market()
    network = build().eval()
    before = network(numbers, categories, place, neighbours)
    network.attention.place += torch.tensor([64.0, -32.0])
    after = network(numbers, categories, place + torch.tensor([64.0, -32.0]), neighbours)
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-4)


def test_attention_returns_prices_between_the_neighbours_own():
    (numbers, _, place, neighbours), known = market()
    attention = NeighbourAttention(known).eval()
    prices, features = attention(numbers, place, neighbours)
    theirs = known[2][neighbours]
    assert features.shape == (ROWS, attention.heads * 16)
    assert (prices >= theirs.amin(dim=1, keepdim=True) - 1e-4).all()
    assert (prices <= theirs.amax(dim=1, keepdim=True) + 1e-4).all()


def test_a_neighbour_at_the_same_address_is_no_trouble():
    (numbers, categories, _, neighbours), known = market()
    network = build()
    place = known[0][neighbours[:, 0]]
    network(numbers, categories, place, neighbours).sum().backward()
    assert 0 < gradient_norm(network) < float("inf")


def test_one_neighbour_is_enough_even_when_it_is_hidden():
    numbers, categories, place, neighbours = market()[0]
    network, only = build(dropout=0.0).train(), neighbours[:, :1]
    hidden = network(numbers, categories, place, ~only)
    torch.testing.assert_close(hidden, network(numbers, categories, place, only))


def test_unknown_category_and_missing_cells_give_a_finite_price():
    _, _, place, neighbours = market()[0]
    nothing = torch.zeros(ROWS, NUMBERS), torch.zeros(ROWS, len(SIZES), dtype=torch.int64)
    assert build().eval()(*nothing, place, neighbours).isfinite().all()


def test_training_drops_at_random_and_evaluation_never_does():
    inputs, _ = market()
    network = build()
    assert not torch.equal(network.train()(*inputs), network(*inputs))
    assert torch.equal(network.eval()(*inputs), network(*inputs))


def test_hidden_neighbours_are_as_if_they_were_not_there():
    numbers, categories, place, neighbours = market()[0]
    network = build(dropout=0.0).train()
    some = torch.cat([~neighbours[:, :2], neighbours[:, 2:]], dim=1)
    answer = network(numbers, categories, place, some)
    torch.testing.assert_close(answer, network(numbers, categories, place, neighbours[:, 2:]))


def test_a_row_is_valued_alike_in_any_company():
    inputs, _ = market()
    network = build().eval()
    alone = torch.cat([network(*(x[i : i + 1] for x in inputs)) for i in range(ROWS)])
    torch.testing.assert_close(alone, network(*inputs))


def test_weights_and_table_rebuild_the_network():
    inputs, _ = market()
    network, copy = build(seed=0).eval(), build(seed=1).eval()
    assert not torch.equal(network(*inputs), copy(*inputs))
    copy.load_state_dict(network.state_dict())
    assert torch.equal(network(*inputs), copy(*inputs))
    assert not [name for name in network.state_dict() if "attention.price" in name]


def test_bfloat16_keeps_the_price_within_a_few_per_cent_of_float32():
    inputs, _ = market()
    network = build().eval()
    with torch.autocast("cpu", torch.bfloat16):
        rough = network(*inputs)
    assert rough.dtype == torch.float32
    assert (rough - network(*inputs)).abs().max() < 0.05


def test_ensemble_linear_is_each_members_own_linear_layer():
    torch.manual_seed(0)
    layer = EnsembleLinear(6, 3, members=4, first=True).double()
    torch.nn.init.normal_(layer.s)
    x = torch.randn(5, 4, 6, dtype=torch.float64)
    for member in range(4):
        matrix = torch.diag(layer.s[member]) @ layer.weight @ torch.diag(layer.r[member])
        expected = x[:, member] @ matrix.T + layer.bias[member]
        torch.testing.assert_close(layer(x)[:, member], expected)
    assert (layer.r.abs() == 1).all()


def test_members_differ_by_the_first_layers_signs_alone_and_deeper_layers_start_as_one():
    torch.manual_seed(0)
    x = torch.randn(5, 6)[:, None].expand(-1, 4, -1)
    deeper = EnsembleLinear(6, 3, members=4)
    answers = deeper(x)
    for member in range(1, 4):
        torch.testing.assert_close(answers[:, member], answers[:, 0], rtol=0, atol=0)
    with torch.no_grad():
        deeper.bias[0] += 1  # a bias of each member's own, not one for all
    assert not torch.equal(deeper.bias[0], deeper.bias[1])
    first = EnsembleLinear(6, 3, members=4, first=True)
    assert (first.bias == first.bias[0]).all()
    assert len(first.r.unique(dim=0)) == 4


def test_periodic_embedding_is_the_sum_of_cosines_it_says():
    torch.manual_seed(0)
    embedding = PeriodicEmbedding(2, waves=3, features=4).double()
    numbers = torch.randn(5, 2, dtype=torch.float64)
    embedded = embedding(numbers)
    assert embedded.shape == (5, embedding.width)
    turns = numbers[:, 1, None] * embedding.frequency[1] + embedding.phase[1]
    expected = torch.cos(2 * torch.pi * turns) @ embedding.weight[1] + embedding.bias[1]
    torch.testing.assert_close(embedded[:, 4:8], expected)
    torch.testing.assert_close(embedded[:, 8:], numbers)


def test_attention_equals_a_sum_written_out_by_hand():
    (numbers, _, place, neighbours), known = market()
    attention = NeighbourAttention(known, hidden=8, heads=2, features=3).eval()
    prices, features = attention(numbers, place, neighbours)
    row = 11
    pairs = []
    for near in neighbours[row].tolist():
        offset = known[0][near] - place[row]
        distance = offset.norm()
        geometry = [(-distance / scale).exp() for scale in (1, 4, 16)]
        geometry += [(distance + 0.1).log(), *(offset / (distance + 0.1))]
        difference = (known[1][near] - numbers[row]).abs()
        pairs.append(
            torch.cat([known[1][near], difference, torch.stack([*geometry, known[2][near]])])
        )
    gelu = torch.nn.functional.gelu
    hidden = gelu(
        attention.message(gelu(attention.pair(torch.stack(pairs)) + attention.own(numbers[row])))
    )
    weights = softmax(attention.score(hidden), dim=0)
    torch.testing.assert_close(prices[row], weights.T @ known[2][neighbours[row]])
    torch.testing.assert_close(features[row], (weights.T @ attention.value(hidden)).flatten())


def test_a_network_learns_what_a_neighbour_costs():
    """A price that is the nearest neighbour's and nothing else: columns alone cannot tell it."""
    inputs, known = market()
    target = known[2][inputs[3][:, 0]]
    network = build(dropout=0.0)
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3)
    for _ in range(150):
        optimizer.zero_grad()
        (network(*inputs) - target[:, None]).square().mean().backward()
        optimizer.step()
    error = (network.eval()(*inputs) - target).square().mean()
    assert error < 0.1 * target.var()


def test_unknown_activation_suggests_the_nearest():
    with pytest.raises(UserError, match="unknown activation 'gellu'; did you mean 'gelu'"):
        build(activation="gellu")


def test_every_activation_of_the_settings_is_built():
    from common.settings import ACTIVATIONS

    for name in ACTIVATIONS:
        assert build(activation=name).eval()(*market()[0]).isfinite().all()
