"""The second look: turned things are the same, NumPy computes as PyTorch does, letters are told."""

import dataclasses
import json

import cv2
import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tests.vision.test_decision import images, shaded
from vision import augment
from vision.calibration import fitted_odds
from vision.candidates import Candidates, Truth, candidates, true_ones
from vision.data import InMemory, Pictures
from vision.decision import Decision
from vision.decision_search import cheapest
from vision.flight.finder import of_many_frames
from vision.predict import predict_scored
from vision.preprocessing import PicturePreprocessing
from vision.second_look import training
from vision.second_look.classifier import Layer, SecondLook, convolved
from vision.second_look.dataset import CLOSE_UPS, ViewDataset, cuts_of, relit
from vision.second_look.network import PolarNetwork, WrappedAround
from vision.second_look.polar_sampling import (
    ANGLES,
    CIRCLES,
    LOOKS,
    RINGS,
    completed,
    cut_out,
    sampled,
    scaled,
)
from vision.second_look.training import LEARNED_AT, learn_second_look, second_look_for
from vision.settings import PictureSource, VisionSettings
from vision.synthetic import close_ups
from vision.task import TASK


@pytest.fixture(scope="module")
def network():
    """Untrained, with what a normalisation has measured."""
    torch.manual_seed(3)
    network = PolarNetwork().eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.3, 0.3)
            module.running_var.uniform_(0.5, 2)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.3, 0.3)
    return network


def test_columns_go_round_as_pytorch_pads_them():
    """Against F.pad, both ways, bit for bit; the gradient against differences too."""
    torch.manual_seed(0)
    x = torch.randn(2, 3, 4, 6, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(2, 3, 4, 10, dtype=torch.float64)
    gradients = []
    for padded in (WrappedAround.apply(x, 2), F.pad(x, (2, 2, 0, 0), mode="circular")):
        (gradient,) = torch.autograd.grad((padded * weights).sum(), x)
        gradients.append((padded, gradient))
    assert torch.equal(gradients[0][0], gradients[1][0])
    assert torch.equal(gradients[0][1], gradients[1][1])
    assert torch.autograd.gradcheck(lambda own: WrappedAround.apply(own, 2), x)


def test_numpy_computes_what_pytorch_does(network):
    views = np.random.default_rng(0).integers(0, 256, (5, RINGS, ANGLES, 3), np.uint8)
    x = scaled(views)
    centred = views.transpose(0, 3, 1, 2).astype(np.float64)
    centred -= centred.mean((1, 2, 3), keepdims=True)
    np.testing.assert_allclose(x, centred / centred.std((1, 2, 3), keepdims=True), atol=1e-5)
    with torch.no_grad():
        expected = network(torch.from_numpy(x)).numpy()
    logits = network.without_torch().logits(x)
    np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-5)
    assert np.ptp(logits) > 0.01


def test_a_thing_that_is_turned_by_a_quarter_or_mirrored_is_as_likely(network):
    second = network.without_torch()
    image = np.random.default_rng(1).integers(0, 256, (41, 41, 3), np.uint8)
    image = cv2.GaussianBlur(image, (0, 0), 2)
    centre, area = np.array([[20.0, 20.0]]), np.array([300])
    turned = [np.rot90(one, turns).copy() for turns in range(4) for one in (image, image[::-1])]
    likely = [float(second(one, centre, area)[0]) for one in turned]
    np.testing.assert_allclose(likely, likely[0], rtol=1e-4)
    other = float(second(image[:, ::-1] // 2 + 40, centre + 3, area)[0])
    assert abs(other - likely[0]) > 1e-4


def test_circles_lie_about_the_middle_however_large_the_thing_is():
    for width, size in ((20.0, 60), (200.0, 600)):
        image = np.zeros((size, size, 3), np.uint8)
        middle = (size // 2 - 3, size // 2 + 2)
        cv2.circle(image, middle, round(width / 2), (200, 100, 50), -1)
        view = sampled(cut_out(image, *map(float, middle), width), CIRCLES)
        assert view.shape == (RINGS, ANGLES, 3)
        inside = (np.arange(RINGS) + 0.5) / RINGS * 0.65 < 0.5
        assert abs(view[: inside.sum() - 1].astype(int) - (200, 100, 50)).max() <= 2
        assert view[inside.sum() + 1 :].max() < 20


def test_beyond_the_edge_nothing_is_mirrored():
    """Half a plate at the edge, whose letter is not even: mirrored it would be."""
    image = np.zeros((40, 40, 3), np.uint8)
    cv2.circle(image, (20, 0), 10, (200, 200, 200), -1)
    view = sampled(cut_out(image, 20.0, 0.0, 20.0), CIRCLES)
    beyond = view[2:, ANGLES // 2 + 2 : -1]
    assert np.ptp(beyond) == 0
    assert 0 < beyond[0, 0, 0] < 200
    assert view[2, ANGLES // 4].tolist() == [200] * 3


@pytest.mark.parametrize("inside", [-4, 0, 3, 6, 13])
def test_the_middle_of_a_disc_that_an_edge_cuts_is_told_from_what_is_seen(inside):
    """Against discs that are drawn, at each edge."""
    y, x = np.mgrid[:70, :80]
    for middle in ((inside, 30), (79 - inside, 30), (40, inside), (40, 69 - inside)):
        seen = np.argwhere((x - middle[0]) ** 2 + (y - middle[1]) ** 2 <= 12**2)
        told = completed(*seen.mean(0)[::-1], len(seen), (70, 80, 3))
        assert told == pytest.approx((*middle, 24), abs=0.7)


def test_a_square_at_the_edge_is_not_taken_for_a_cut_disc():
    assert completed(9.5, 40, 400, (80, 80)) == (9.5, 40, pytest.approx(22.57, abs=0.01))


class Marking(SecondLook):
    """Says of a view how bright its middle is, and keeps how many it saw."""

    def logits(self, x):
        self.weights["seen"].append(len(x))
        return np.where(x[:, 0, 0, 0] > 0, 3.0, -5.0)


def test_only_what_may_be_a_thing_is_looked_at_again():
    image = np.zeros((60, 60, 3), np.uint8)
    image[:, 30:] = 90
    cv2.circle(image, (20, 20), 4, (250, 250, 250), -1)
    cv2.circle(image, (40, 20), 4, (0, 0, 0), -1)
    second = Marking({"seen": []})
    centres, areas = np.array([[20.0, 20.0], [40.0, 20.0]]), np.array([50.0, 50.0])
    likely = second(image, centres, areas)
    assert likely == pytest.approx([1 / (1 + np.exp(-3)), 1 / (1 + np.exp(5))])
    assert second.weights["seen"] == [2, 2, len(LOOKS), len(LOOKS)]
    assert second(image, np.zeros((0, 2)), np.zeros(0)).shape == (0,)


def test_a_batch_is_relit_as_pictures_are():
    """Against one picture at a time, which is other code: alike in mean and in spread."""
    view = np.random.default_rng(0).integers(60, 180, (RINGS, ANGLES, 3), np.uint8)
    mean, deviation = view.mean(), view.std()
    rng = np.random.default_rng(1)
    batch = relit(np.repeat(view[None].astype(np.float32), 800, axis=0), rng)
    pictures = np.stack([augment.relit(view, (mean, deviation), rng) for _ in range(800)])
    for measured in (np.mean, np.std):
        ours, theirs = (measured(one, axis=(1, 2, 3)) for one in (batch, pictures))
        assert ours.mean() == pytest.approx(theirs.mean(), rel=0.04)
        assert ours.std() == pytest.approx(theirs.std(), rel=0.15)
    channels = [one.mean((1, 2)).std(1).mean() for one in (batch, pictures)]
    assert channels[0] == pytest.approx(channels[1], rel=0.15)


LETTERS = {True: [(-1, -1, -1, 1), (1, -1, 1, 1), (-1, 0, 1, 0)], False: [(-1, 0, 1, 0)]}


def lettered(count, seed=0):
    """Discs with an H, which are things, and discs with a bar, which are none."""
    rng = np.random.default_rng(seed)
    pictures = np.full((count, 48, 96, 3), 90, np.uint8)
    masks = np.zeros((count, 48, 96), np.uint8)
    table = []
    for row in range(count):
        pictures[row] += rng.integers(0, 12, (48, 96, 3), np.uint8)
        for thing in (True, False):
            x, y = 24 + 48 * (not thing), 24
            cv2.circle(pictures[row], (x, y), 13, (150, 60, 60), -1)
            angle = rng.uniform(0, 2 * np.pi)
            turn = 7 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            for x1, y1, x2, y2 in LETTERS[thing]:
                ends = np.rint(turn @ [[x1, x2], [y1, y2]] + [[x], [y]]).astype(int).T
                cv2.line(pictures[row], *map(tuple, ends.tolist()), (240, 240, 240), 3)
            disc = np.zeros((48, 96), np.uint8)
            cv2.circle(disc, (x, y), 13, 1, -1)
            masks[row] |= disc * thing
            table.append((row, x, y, disc.sum(), 0.9, thing, not thing))
    store = InMemory([f"{row}.png" for row in range(count)], pictures, masks)
    return Pictures(store, np.arange(count), ("background", "pad")), Candidates.of(table)


def test_it_learns_to_tell_letters_however_they_are_turned():
    pictures, found = lettered(24)
    _, trained = shaded([(200, 150)])
    once = dataclasses.replace(trained.settings, epochs=1)
    trained = dataclasses.replace(trained, settings=once)
    told: list[float] = []
    many = pictures[np.tile(np.arange(24), 2)]
    second = learn_second_look(trained, many, found, progress=told.append)
    assert told  # twice a second: how often depends on the computer
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1
    new, marked = lettered(12, seed=9)
    likely = [
        second(new.image(row), marked[marked.rows == row].centres, marked[marked.rows == row].areas)
        for row in range(12)
    ]
    assert np.mean((np.concatenate(likely) > 0.5) == marked.right) > 0.9


def test_too_little_to_learn_from_or_no_time_is_no_second_look():
    pictures, found = lettered(4)
    _, trained = shaded([(200, 150)])
    assert learn_second_look(trained, pictures, found) is None
    assert second_look_for(trained, pictures, seconds=0.5) is None


def test_close_ups_are_drawn_within_the_time_and_only_where_there_is_enough_to_learn(monkeypatch):
    pictures, trained = shaded([(200, 150)])
    now, left, drawn, draw = [0.0], [], [], close_ups.make_world

    def slow(*arguments, **options):
        now[0] += 2
        drawn.append(now[0])
        return draw(*arguments, **options)

    def learn(*arguments, beside, seconds, progress):
        left.append((seconds, {thing for _, thing in beside}))

    monkeypatch.setattr(close_ups, "make_world", slow)
    monkeypatch.setattr(training, "learn_second_look", learn)
    second_look_for(trained, pictures, seconds=20, clock=lambda: now[0])
    assert not drawn
    monkeypatch.setattr(training, "FEWEST", 1)
    second_look_for(trained, pictures, seconds=20, clock=lambda: now[0])
    assert drawn == [2, 4, 6]  # a quarter of 20 seconds, and the land that was begun
    assert left == [(14, {True, False})]


def test_what_is_known_to_be_nothing_is_shown_seldom():
    pictures, found = lettered(24)
    wrong, right = (cuts_of(pictures, found[those]) for those in (found.beside, found.right))
    views = ViewDataset(wrong, right, 400, seed=1)
    assert (views[3][0] == views[3][0]).all()
    first = [views[number][1].item() for number in range(100)]
    assert 0.35 < np.mean(first) < 0.65
    known = [number for number, at in views.shown.items() if at < 12]
    assert len({views.shown[number] for number in known}) > 9
    views.heed(known, torch.full((len(known),), -9.0), torch.zeros(len(known)))
    for number in range(100, 400):
        views[number]
    again = np.mean([at < 12 for number, at in views.shown.items() if number >= 100])
    assert again < 0.3  # a half of them, each with a tenth of the others' chance
    close = ViewDataset(wrong, right, 300, seed=1, close=(6, 0))
    for number in range(300):
        close[number]
    last = np.mean([at >= 18 for at in close.shown.values()])  # six of twenty-four
    assert last == pytest.approx(CLOSE_UPS, abs=0.1)
    views.forget()
    views.load_state_dict({"chance": torch.linspace(0.2, 1, 24)})
    assert views.state_dict()["chance"][0].item() == pytest.approx(0.2)


def test_what_is_marked_is_told_apart_by_the_truth():
    mask = np.zeros((30, 30), np.uint8)
    mask[5:15, 5:15] = 1
    likely = np.zeros((30, 30), np.float32)
    likely[5:15, 5:15], likely[20:25, 20:25] = 0.9, 0.6
    found = Candidates.of(candidates(7, likely, Truth.of(mask), 0.5))
    order = np.argsort(found.areas)
    assert found.rows.tolist() == [7, 7]
    assert found.areas[order].tolist() == [25, 100]
    assert found.right[order].tolist() == [False, True]
    assert found.beside[order].tolist() == [True, False]
    assert found.sure[order] == pytest.approx([0.6, 0.9])
    assert found.centres[order].tolist() == [[22, 22], [9.5, 9.5]]
    pictures, _ = lettered(3)
    there = true_ones(pictures)
    assert there.rows.tolist() == [0, 1, 2]
    assert np.allclose(there.centres, (24, 24), atol=0.2)


class Above:
    """Knows that things lie in the upper half."""

    weights = {}

    def __call__(self, image, centres, areas):
        return np.where(centres[:, 1] < 30, 0.97, 0.02)


def test_a_second_look_is_taken_where_it_saves_and_says_how_sure_it_is():
    pictures, trained = shaded([(170, 150), (170, 180), (165, 150)])
    assert cheapest(trained, pictures[np.array([0])], Above()).second is None  # nothing to gain
    decision = cheapest(trained, pictures, Above())
    assert isinstance(decision.second, Above)
    decided = dataclasses.replace(trained, preprocessing=trained.preprocessing.deciding(decision))
    for row, (_, mask, sure) in enumerate(predict_scored(decided, images(pictures))):
        assert mask[15, 15] == 1
        level = int(pictures.image(row)[15, 15, 0])  # odds of e^logit, times 97 to 3
        odds = np.exp((level - 128) / 32) * 0.97 / 0.03
        assert sure[15, 15] == pytest.approx(odds / (1 + odds))
        assert not mask[45, 45]
        assert not mask[30, 30]
    plain, _ = Decision(0.5)(np.full((8, 8, 1), 0.9, np.float32))
    assert plain.all()  # without a picture there is no second look


def test_in_flight_and_in_runs_of_before_the_second_look_speaks_alone():
    """The odds of a landing are fitted to what it says, and such a run was decided by it."""
    pictures, trained = shaded([(170, 150), (170, 180), (165, 150)])
    decision = cheapest(trained, pictures, Above())
    told = Decision.from_dict(decision.to_dict())
    assert (told.together, told.odds) == (True, decision.odds)
    odds = fitted_odds(np.repeat([0.97, 0.02], 3), np.repeat([True, False], 3))
    assert decision.odds == pytest.approx(odds)
    before = {name: value for name, value in decision.to_dict().items() if name != "together"}
    alone = Decision.from_dict(before)
    assert not alone.together
    assert not of_many_frames(decision).together
    decision = dataclasses.replace(decision, together=False)
    decided = dataclasses.replace(trained, preprocessing=trained.preprocessing.deciding(decision))
    for _, _, sure in predict_scored(decided, images(pictures)):
        assert sure[15, 15] == pytest.approx(0.97)


class Counting(Above):
    """Counts what it is asked about."""

    def __init__(self):
        self.asked = 0

    def __call__(self, image, centres, areas):
        self.asked += len(centres)
        return super().__call__(image, centres, areas)


def test_a_second_look_is_asked_about_what_is_marked_as_where_it_learned():
    """Once about each area, above one threshold of five."""
    pictures, trained = shaded([(250, 150), (170, 180)])
    second = Counting()
    decision = cheapest(trained, pictures, second)
    assert (decision.threshold, decision.second, second.asked) == (LEARNED_AT, second, 4)


@pytest.mark.parametrize("layer", [Layer(1, 1, True, False), Layer(3, 2, True, False)])
def test_a_convolution_goes_round_as_pytorch_does_it(layer):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 6, 8, 3)).astype(np.float32)
    weight = rng.standard_normal((4, 3, layer.size, layer.size)).astype(np.float32)
    bias = rng.standard_normal(4).astype(np.float32)
    beside = layer.size // 2
    around = np.pad(x, ((0, 0), (beside, beside), (0, 0), (0, 0)))
    around = np.pad(around, ((0, 0), (0, 0), (beside, beside), (0, 0)), mode="wrap")
    planes, kernel, added = (
        torch.from_numpy(one).double() for one in (around.transpose(0, 3, 1, 2), weight, bias)
    )
    expected = torch.nn.functional.conv2d(planes, kernel, added, stride=layer.stride).relu()
    ours = convolved(x, weight, bias, layer).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(ours, expected.numpy(), atol=1e-5)


def test_it_is_kept_with_a_run_and_damaged_weights_are_refused(network):
    _, trained = shaded([(200, 150)])
    second = network.without_torch()
    own = trained.preprocessing.deciding(Decision(0.3, 20, 0.4, second))
    values, arrays = own.state()
    restored = PicturePreprocessing.restore(json.loads(json.dumps(values)), arrays)
    assert restored.decision.second.weights.keys() == second.weights.keys()
    x = scaled(np.random.default_rng(0).integers(0, 256, (2, RINGS, ANGLES, 3), np.uint8))
    assert (restored.decision.second.logits(x) == second.logits(x)).all()
    assert restored.decision.told(0.5).second is None
    for name, change in {
        "stem.weight": np.zeros((32, 3, 5, 4), np.float32),
        "refine.bias": np.full(32, np.nan, np.float32),
        "across.weight": np.zeros((96, 32, 5, 5), np.float32),
        "head.weight": np.zeros((1, 3), np.float32),
        "head.bias": np.zeros(1),
    }.items():
        with pytest.raises(ValueError, match="second look"):
            SecondLook.from_arrays({**second.weights, name: change})
    with pytest.raises(ValueError, match="second look"):
        SecondLook.from_arrays({"stem.weight": second.weights["stem.weight"]})


def test_squares_bring_a_second_look_and_whole_pictures_none(monkeypatch):
    pictures, trained = shaded([(200, 150)])
    asked = []
    monkeypatch.setattr("vision.task.second_look_for", lambda *a, **k: asked.append(k))
    TASK.deciding(trained, pictures, pictures)
    assert not asked
    squares = dataclasses.replace(trained.settings, crop=16)
    TASK.deciding(dataclasses.replace(trained, settings=squares), pictures, pictures, seconds=9.0)
    assert asked == [{"seconds": 9.0, "progress": False}]


def test_time_is_kept_for_a_second_look_only_where_there_is_one(tmp_path):
    own = PictureSource(images=str(tmp_path), masks=str(tmp_path))
    usual = VisionSettings(crop=48)
    limited, priced = usual.changed({"minutes": 7.0}), usual.changed({"false_price": 9.0})
    assert 0 < TASK.settling(PictureSource(), limited) < TASK.settling(PictureSource(), usual) < 1
    assert TASK.settling(own, priced) > 0
    assert TASK.settling(own, usual) == 0
    assert TASK.settling(PictureSource(), VisionSettings(crop=0)) == 0
