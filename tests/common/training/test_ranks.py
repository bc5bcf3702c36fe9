"""Several ranks that train together, in processes of their own: see ranks_at_work.py."""

import json
import math
import multiprocessing
import sys
import time
from types import SimpleNamespace

import pytest
import torch

from common.errors import UserError
from common.training.data_parallel import _check_card
from common.training.loss_monitor import Waiting
from common.training.ranks import ALONE, Ranks
from common.training.shared_losses import SharedLossMonitor
from tests.common.training import ranks_at_work as work

PATIENCE = 300


@pytest.fixture(scope="module")
def saw(tmp_path_factory):
    """What each rank saw, by the number of ranks."""
    folder = tmp_path_factory.mktemp("ranks")
    processes = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    ranks = [processes.Process(target=work.main, args=(rank, folder)) for rank in range(3)]
    ended = time.monotonic() + PATIENCE
    for rank in ranks:
        rank.start()
    try:
        wait_for(ranks[:2], lambda: (folder / "2-0.json").exists(), ended)
        work.resumed(folder, 1)
        (folder / "resumed-by-1").touch()
        for rank in ranks:
            rank.join(ended - time.monotonic())
            assert rank.exitcode == 0
    finally:
        for rank in ranks:
            rank.kill()
    return {
        world: [json.loads((folder / f"{world}-{rank}.json").read_text()) for rank in range(world)]
        for world in (2, 3)
    }


def wait_for(processes, done, ended):
    while not done():
        assert time.monotonic() < ended
        assert all(process.exitcode in (None, 0) for process in processes)
        time.sleep(0.1)


@pytest.fixture(scope="module")
def alone():
    """What a single process sees."""
    return work.histories()


def is_close(first, second, tolerance=1e-5):
    assert len(first["rows"]) == len(second["rows"])
    for one, other in zip(first["rows"], second["rows"], strict=True):
        assert one.keys() == other.keys()
        for name, value in one.items():
            assert value == pytest.approx(other[name], rel=tolerance, abs=tolerance), name
    weights = torch.tensor(first["weights"]), torch.tensor(second["weights"])
    torch.testing.assert_close(*weights, rtol=10 * tolerance, atol=tolerance)
    for name in ("best", "stopped", "seen"):
        assert first[name] == second[name]


@pytest.mark.parametrize("world", [2, 3])
def test_any_number_of_ranks_has_the_history_of_one_process(saw, alone, world):
    for name, history in alone.items():
        for rank in saw[world]:
            # bfloat16 rounds a share's sums elsewhere: 8 bits of a number are left
            is_close(rank["histories"][name], history, 1e-5 if name != "bf16" else 1e-2)


def test_a_training_goes_on_by_any_number_of_ranks(saw):
    X, y = work.table()
    for kind, data in (
        ("tensors", (X, y)),
        ("loader", torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), 7, True)),
    ):
        whole = work.fit(data, work.table(20))
        for rank in saw[3]:
            is_close(rank["resumed"][kind], whole)


def test_dropout_differs_by_rank_and_is_drawn_again_as_it_was(saw):
    first, second = (rank["dropout"] for rank in saw[2])
    assert first["whole"] == first["parts"]
    assert first["whole"]["weights"] == second["whole"]["weights"]
    assert first["masks"] != second["masks"]


def test_statistics_of_batchnorm_are_the_same_on_all_ranks(saw):
    first, second = (rank["statistics"] for rank in saw[2])
    assert first == second


def test_what_is_not_finite_ends_all_ranks_and_names_the_row(saw):
    first, *others = (rank["refusals"] for rank in saw[3])
    assert all(other == first for other in others)
    assert first["finite"]
    for name, part in (
        ("training", "training"),
        ("accumulated", "training"),
        ("validation", "validation"),
        ("loader", "training"),
    ):
        message, rows, epoch, step = first[name]
        assert rows == [23]
        assert f"row 23 of the {part} data: not finite in the inputs" in message
        assert epoch == 1
        assert (step == 0) == (name == "validation")


def test_a_loss_that_cannot_be_shared_is_refused(saw):
    assert all(
        rank["refusals"]["no mean over rows"][0].startswith("3 ranks: the loss largest is no mean")
        for rank in saw[3]
    )


def test_a_deadline_is_kept_by_all(saw):
    found = [rank["deadline"] for rank in saw[3]]
    assert found[0]["stopped"] == "deadline"
    assert found == [found[0]] * 3


def test_an_interrupted_rank_takes_the_others_along(saw):
    found = [rank["interrupted"] for rank in saw[3]]
    assert found[0]["position"] > 0
    assert found == [found[0]] * 3


def test_a_process_by_itself_has_all_rows():
    rows = torch.arange(5)
    assert ALONE.cut(rows)[1] is rows
    assert math.isnan(ALONE.sum(math.nan)[0])


class Cards(Ranks):
    """Two ranks on machines with cards that are not here; `told` is what each of them says."""

    def __init__(self, *told):
        self.rank, self.size, self.first, self.told = 0, 2, True, told

    def gathered(self, facts):
        return list(self.told) or [facts] * 2


def show_cards(monkeypatch, *uuids):
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: len(uuids))
    monkeypatch.setattr(
        torch.cuda, "get_device_properties", lambda card: SimpleNamespace(uuid=uuids[card])
    )


def test_a_card_is_known_by_its_own_name(monkeypatch):
    """Where a launcher shows each rank one card alone, all of them call it number 0."""
    show_cards(monkeypatch, "GPU-a")
    _check_card(torch.device("cuda"), Cards(("GPU-a", "0"), ("GPU-b", "0")))
    with pytest.raises(UserError, match="this machine has 1 cards, and each rank needs one"):
        _check_card(torch.device("cuda"), Cards(("GPU-a", "0"), ("GPU-a", "0")))
    show_cards(monkeypatch, "GPU-a", "GPU-b")
    with pytest.raises(UserError, match="--device cuda, or cpu"):
        _check_card(torch.device("cuda:1"), Cards(("GPU-a", "0"), ("GPU-b", "0")))


def test_cards_and_processors_do_not_train_together():
    with pytest.raises(UserError, match="not rank 0 on cuda, rank 1 on cpu: --device cpu"):
        Cards("cuda", "cpu").wrap(work.network(), torch.device("cuda"))


@pytest.mark.parametrize("ranks", [ALONE, object.__new__(Ranks)], ids=["alone", "ranks"])
def test_a_batch_whose_class_weighs_nothing_has_no_gradient_on_a_card_either(ranks):
    """There nobody reads that its weight is 0, and the loss is 0/0."""
    model = torch.nn.Linear(3, 2)
    loss = torch.nn.CrossEntropyLoss(weight=torch.tensor([0.0, 1.0]))
    for label, weight in ((0, 0.0), (1, 0.0), (1, 1.0)):
        model.zero_grad()
        prediction = model(torch.ones(1, 3))
        value = loss(prediction, torch.tensor([label]))
        assert value.isnan() == (label == 0)
        ranks.backward(value, torch.tensor(weight), prediction)
        assert model.bias.grad.isfinite().all()
        assert bool(model.bias.grad.any()) == bool(weight)


@pytest.mark.parametrize(("norm", "unmoved", "broken"), [(2, False, 0), (math.nan, False, 1)])
def test_the_gradient_of_all_ranks_is_looked_at_where_no_row_of_this_one_counts(
    norm, unmoved, broken
):
    monitor = object.__new__(SharedLossMonitor)
    monitor.before_step, monitor.unmoved = False, True
    batch = ((torch.ones(1, 3),), torch.ones(1), range(0))
    waits = Waiting(batch, 0, 0, torch.tensor(0.5), torch.tensor(0.0), torch.tensor(float(norm)))
    assert monitor._own([waits]) == [0.0, 0.0, broken]
    assert monitor.unmoved is unmoved
