import json
import os
import random
import signal
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset

from common.errors import UserError
from common.trainer import Trainer
from tests.common import forked

STEPS = 3 * 6  # of 41 rows in batches of 7, three epochs


class Noisy(Dataset):
    """Adds noise of its own, from torch's generator, each time a row is read."""

    def __init__(self, X: Tensor, y: Tensor) -> None:
        self.X, self.y = X, y

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return self.X[row] + 0.1 * torch.randn(3), self.y[row]


def table(rows: int = 41) -> tuple[Tensor, Tensor]:
    X = torch.randn(rows, 3, generator=torch.Generator().manual_seed(0))
    return X, X @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.3


def network() -> nn.Module:
    torch.manual_seed(7)
    return nn.Sequential(
        nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.4), nn.Linear(8, 1)
    )


def train(kind, path=None, interrupt=None, resume=True, **settings):
    """Train with everything that has a state; `interrupt` is called at each training step."""
    model = network()

    def loss(prediction, target):
        if interrupt and prediction.requires_grad:
            interrupt()
        return F.mse_loss(prediction, target)

    fixed = {"device": "cpu", "progress": False, "epochs": 3, "batch_size": 7, "lr": 0.02}
    fixed |= {"clip": 1.0, "patience": 5, "checkpoint": path, "checkpoint_every": 0}
    trainer = Trainer(model, loss, **{**fixed, **settings})
    data = table() if kind == "tensors" else Noisy(*table())
    history = trainer.fit(data, valid=table(17), resume=resume and path is not None)
    return list(model.state_dict().values()), history


class StoppedError(Exception):
    pass


def interrupt_after(steps: int):
    count = 0

    def interrupt():
        nonlocal count
        count += 1
        if count > steps:
            raise StoppedError

    return interrupt


def without_seconds(history) -> list[dict]:
    return [{k: v for k, v in row.items() if k != "seconds"} for row in history.rows]


def assert_same(first, second):
    assert all(torch.equal(a, b) for a, b in zip(first[0], second[0], strict=True))
    assert without_seconds(first[1]) == without_seconds(second[1])
    assert (first[1].best_epoch, first[1].stopped) == (second[1].best_epoch, second[1].stopped)


@pytest.fixture(autouse=True)
def one_thread_and_no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr("common.files.os.fsync", lambda file: None)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def momentum(parameters):
    return torch.optim.SGD(parameters, lr=0.05, momentum=0.9)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_killed_training_goes_on_as_if_nothing_had_been(tmp_path):
    kind, accumulate = "dataset", 4
    step = random.randrange(1, STEPS)
    path = tmp_path / "checkpoint.safetensors"
    script = f"""
import os, runpy, signal, torch
torch.set_num_threads(1)
left = {step}
def die():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
test = runpy.run_path({__file__!r})
test["train"]({kind!r}, {str(path)!r}, die, accumulate={accumulate})
"""
    killed = forked.python("-c", script)
    assert killed.returncode == -signal.SIGKILL
    assert path.exists() or step < accumulate
    whole = train(kind, accumulate=accumulate)
    resumed = train(kind, path, accumulate=accumulate)
    assert_same(resumed, whole)


@pytest.mark.parametrize("kind", ["tensors", "dataset"])
@pytest.mark.parametrize("settings", [{}, {"accumulate": 4}, {"optimizer": momentum}])
def test_wherever_it_stops_it_goes_on_bit_for_bit(kind, settings, tmp_path):
    whole = train(kind, **settings)
    for step in (0, 1, 3, 5, 6, 8, 13, STEPS - 1):
        path = tmp_path / f"{step}.safetensors"
        with pytest.raises(StoppedError):
            train(kind, path, interrupt_after(step), **settings)
        assert_same(train(kind, path, **settings), whole)


def test_it_may_be_stopped_again_and_again(tmp_path):
    path = tmp_path / "checkpoint"
    for _ in range(STEPS - 1):
        with pytest.raises(StoppedError):
            train("dataset", path, interrupt_after(1))
    assert_same(train("dataset", path), train("dataset"))


def test_a_loader_that_shuffles_by_itself_resumes_too(tmp_path):
    def run(path=None, interrupt=None):
        model = network()

        def loss(prediction, target):
            if interrupt and prediction.requires_grad:
                interrupt()
            return F.mse_loss(prediction, target)

        settings = {"device": "cpu", "progress": False, "epochs": 3, "checkpoint_every": 0}
        coach = Trainer(model, loss, checkpoint=path, **settings)
        loader = DataLoader(TensorDataset(*table()), batch_size=7, shuffle=True)
        history = coach.fit(loader, resume=path is not None)
        return list(model.state_dict().values()), history

    whole = run()
    for step in (1, 5, 6, 10):
        path = tmp_path / str(step)
        with pytest.raises(StoppedError):
            run(path, interrupt_after(step))
        assert_same(run(path), whole)


def test_a_finished_training_is_not_trained_again(tmp_path):
    path = tmp_path / "checkpoint"
    whole = train("tensors", path)
    again = train("tensors", path, interrupt_after(0))
    assert_same(again, whole)


def test_without_resume_it_starts_anew_and_overwrites(tmp_path):
    path = tmp_path / "checkpoint"
    train("tensors", path, seed=3)
    fresh = train("tensors", path, resume=False)
    assert_same(fresh, train("tensors"))
    assert_same(train("tensors", path, interrupt_after(0)), fresh)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lr": 0.5}, "lr was 0.02, is now 0.5"),
        ({"epochs": 4}, "epochs was 3, is now 4"),
        ({"seed": 1}, "seed was 0, is now 1"),
        ({"optimizer": momentum}, "the optimizer was adamw"),
    ],
)
def test_a_checkpoint_of_other_settings_is_refused(settings, message, tmp_path):
    path = tmp_path / "checkpoint"
    train("tensors", path)
    with pytest.raises(UserError, match=message):
        train("tensors", path, **settings)


def test_a_checkpoint_of_other_data_or_another_model_is_refused(tmp_path):
    path = tmp_path / "checkpoint"
    settings = {"device": "cpu", "progress": False, "epochs": 1, "checkpoint": path}
    X, y = table()
    Trainer(network(), F.mse_loss, **settings).fit((X, y))
    with pytest.raises(UserError, match="belongs to another training: the training data was"):
        Trainer(network(), F.mse_loss, **settings).fit((X + 1, y), resume=True)
    with pytest.raises(UserError, match="belongs to another training: the model was"):
        Trainer(nn.Linear(3, 1), F.mse_loss, **settings).fit((X, y), resume=True)
    with pytest.raises(UserError, match="belongs to another training: the loss was"):
        Trainer(network(), F.l1_loss, **settings).fit((X, y), resume=True)


def test_damaged_and_foreign_files_are_refused_and_left_alone(tmp_path):
    path = tmp_path / "checkpoint"
    train("tensors", path)
    good = path.read_bytes()
    for content in (good[: len(good) // 2], b"", b"\x80\x04N.", b"not a checkpoint" * 100):
        path.write_bytes(content)
        with pytest.raises(UserError, match="damaged or no checkpoint"):
            train("tensors", path)
        assert path.read_bytes() == content
    save_file({"weight": torch.zeros(2)}, path)
    with pytest.raises(UserError, match="no checkpoint of this version"):
        train("tensors", path)


def test_a_hostile_checkpoint_is_refused(tmp_path):
    path = tmp_path / "checkpoint"
    train("tensors", path, interrupt_after(99))
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
    for name, tensor in (("weights/0.weight", torch.zeros(2, 2)), ("elsewhere/x", torch.zeros(1))):
        save_file({**tensors, name: tensor}, path, metadata=metadata)
        with pytest.raises(UserError, match="damaged or no checkpoint"):
            train("tensors", path)
    history = json.loads(metadata["history"])
    position = {**history["position"], "epoch": "2"}
    for broken in ({**history, "extra": 1}, {**history, "position": position}, [], None):
        save_file(tensors, path, metadata={**metadata, "history": json.dumps(broken)})
        with pytest.raises(UserError, match="damaged or no checkpoint"):
            train("tensors", path)


def test_a_checkpoint_is_one_file_that_holds_the_history(tmp_path):
    path = tmp_path / "deep" / "checkpoint"
    _, history = train("tensors", path)
    assert [file.name for file in path.parent.iterdir()] == ["checkpoint"]
    with safe_open(path, framework="pt") as file:
        written = json.loads(file.metadata()["history"])
    assert written["rows"] == history.rows
    assert (written["position"]["epoch"], written["stopped"]) == (3, "epochs")


def test_a_crash_while_writing_leaves_the_last_good_one(tmp_path, monkeypatch):
    path = tmp_path / "checkpoint"
    with pytest.raises(StoppedError):
        train("tensors", path, interrupt_after(5))
    good = path.read_bytes()

    def crash(tensors, file, metadata):
        Path(file).write_bytes(b"half")
        raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr("common.training.checkpoint.save_file", crash)
        with pytest.raises(StoppedError):
            train("tensors", path)
    assert path.read_bytes() == good
    assert_same(train("tensors", path), train("tensors"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_disk_that_takes_no_more_is_one_line(tmp_path):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        with pytest.raises(UserError, match=r"checkpoint: cannot be written \(.*File too large"):
            train("tensors", tmp_path / "checkpoint")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_saving_waits_for_its_time(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(
        "common.training.checkpoint.save_file",
        lambda t, file, metadata: saved.append(Path(file).touch()),
    )
    now = iter(range(10**6))
    train("tensors", tmp_path / "c", clock=lambda: next(now), checkpoint_every=10**6, patience=None)
    assert len(saved) == 2  # after the first step, and at the end


def test_resume_without_a_path_is_refused():
    with pytest.raises(UserError, match="checkpoint=PATH"):
        Trainer(network(), F.mse_loss, progress=False).fit(table(), resume=True)


class Neighbours(nn.Module):
    """A large table to look things up in, which the model is rebuilt with, and tied weights."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(7)
        self.first, self.norm = nn.Linear(3, 3), nn.BatchNorm1d(3)
        self.second, self.out = nn.Linear(3, 3), nn.Linear(3, 1)
        self.second.weight = self.first.weight
        self.register_buffer("known", torch.ones(1000, 3), persistent=False)

    def forward(self, X):
        return self.out(self.second(self.norm(self.first(X))) + self.known.mean(0))


def test_what_a_model_does_not_save_is_neither_copied_nor_checkpointed(tmp_path, monkeypatch):
    copied = []
    clone = Tensor.clone

    def spy(tensor, **others):
        copied.append(tuple(tensor.shape))
        return clone(tensor, **others)

    path = tmp_path / "checkpoint"
    settings = {"device": "cpu", "progress": False, "epochs": 2, "checkpoint": path}
    trainer = Trainer(Neighbours(), F.mse_loss, **settings)
    with monkeypatch.context() as patch:
        patch.setattr(Tensor, "clone", spy)
        trainer.fit(table(), valid=table(17))
    assert (3,) in copied  # BatchNorm's means are to be put back after a bad step
    assert (1000, 3) not in copied
    with safe_open(path, framework="pt") as file:
        names = set(file.keys())
    saved = {name.partition("/")[2] for name in names if name.startswith("weights/")}
    assert saved == set(Neighbours().state_dict()) - {"second.weight"}
    resumed = Neighbours()
    Trainer(resumed, F.mse_loss, **settings).fit(table(), valid=table(17), resume=True)
    assert torch.equal(resumed.first.weight, trainer.model.first.weight)
