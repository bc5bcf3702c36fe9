"""A search by the workers of a cluster: the same trials, whoever is lost, within the time."""

import json
import sys
import threading
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch

from common.autopilot import dask_worker, run
from common.autopilot.dask_client import TrialWorkers
from common.cli import main
from common.cluster.connection import Cluster
from common.domain import Domain
from common.errors import UserError
from tests.common.autopilot.many_toy import SETTINGS, STUCK, ManyTask, Refused, Spoilt
from tests.common.grading.cluster import Cluster as Started
from tests.common.grading.cluster import begin_with
from tests.common.toy import ToySettings, ToySource

PORTFOLIO = [{}, {"epochs": 8}, {"width": 8}, {"lr": 0.05}, {"width": 8, "lr": 0.05}]


@pytest.fixture(autouse=True)
def _the_portfolio_alone(monkeypatch):
    """What comes after it depends on which trial was back first."""
    monkeypatch.setattr("common.autopilot.sampler.there", lambda: False)
    monkeypatch.setattr("common.autopilot.search.MOST_TRIALS", 5)


def search(
    task, cluster=None, *, minutes=30.0, say=lambda line: None, clock=time.monotonic, out=None
):
    settings = SETTINGS.changed({"minutes": minutes})
    how = {"told": set(), "say": say, "cluster": cluster, "clock": clock}
    return run.autopilot(task, ToySource(), settings, out, **how)


def figures(result):
    trials = result.facts["autopilot"]["trials"]
    return {json.dumps(trial["changes"]): trial["valid"] for trial in trials}


def weights(result):
    (pipeline,) = result.pipelines.values()
    return torch.cat([tensor.flatten() for tensor in pipeline.model.state_dict().values()])


@pytest.fixture(scope="module")
def alone():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.autopilot.search.MOST_TRIALS", 5)
        return search(ManyTask())


class Here:
    """Workers that are this process: two, and one of them may never come back."""

    count, stuck = 2, None

    def __init__(self, client, given, say):
        proof = dask_worker.packed_for_workers(given)
        assert given.prepared.test is None
        assert given.prepared.train is None
        self.digest, self.asked = dask_worker.digest_of(proof), []
        assert json.loads(dask_worker.prove(proof))["problem"] == ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        dask_worker.forget()

    def train(self, request, stop):
        asked = request()
        if asked["changes"] == self.stuck:
            stop.wait()
            return None
        said = dask_worker.train(json.dumps({**asked, "digest": self.digest}).encode())
        head, _, tensors = said.partition(b"\n")
        return json.loads(head), tensors


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setattr(run, "connected", lambda *_: nullcontext("client"))
    monkeypatch.setattr(run, "TrialWorkers", Here)
    monkeypatch.setattr("common.autopilot.search.rehearse", lambda *_: None)  # a page each time
    monkeypatch.setattr("common.autopilot.dask_client.LOOK_SECONDS", 0.05)
    return Cluster("tls://lab:8786")


@pytest.mark.skipif(sys.platform == "win32", reason="the keys of a cluster need POSIX modes")
def test_a_real_cluster_finds_the_same_though_a_worker_is_killed(alone, tmp_path, monkeypatch):
    lines, held = [], tmp_path / "held"
    with Started(tmp_path / "cluster") as cluster:
        cluster.start_worker("w1", **{STUCK: str(held)})
        cluster.start_worker("w2")
        begin_with(2, TrialWorkers, monkeypatch)

        def killing():
            deadline = time.monotonic() + 120
            while not held.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            cluster.processes["w1"].kill()

        killer = threading.Thread(target=killing)
        killer.start()
        where = Cluster(cluster.address, cluster.certificates / "client")
        found = search(ManyTask(), where, say=lines.append, out=tmp_path / "run")
        killer.join()
    assert any("this worker is gone" in line for line in lines)
    assert figures(found) == figures(alone), lines
    torch.testing.assert_close(weights(found), weights(alone), rtol=0, atol=0)
    assert "trial 5" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert not (tmp_path / "run.autopilot").exists()


def test_side_by_side_all_of_the_portfolio_is_tried_and_numbered_as_it_was_begun(here):
    facts = search(ManyTask(), here).facts["autopilot"]
    assert [trial["number"] for trial in facts["trials"]] == [1, 2, 3, 4, 5]
    assert [trial["changes"] for trial in facts["trials"]] == PORTFOLIO


def test_what_is_not_back_in_time_is_left_out(here, monkeypatch):
    monkeypatch.setattr(Here, "stuck", {"width": 8})
    ahead = [0.0]

    def say(line):
        if line.startswith("trial 4"):
            ahead[0] = 3600.0

    found = search(ManyTask(), here, say=say, clock=lambda: time.monotonic() + ahead[0])
    errors = {str(t["changes"]): t["error"] for t in found.facts["autopilot"]["trials"]}
    assert errors["{'width': 8}"] == "not back when the time was over"
    assert errors["{}"] is None


def test_a_trial_that_comes_to_nothing_is_named_and_the_others_go_on(here):
    trials = search(Spoilt(), here).facts["autopilot"]["trials"]
    errors = {json.dumps(trial["changes"]): trial["error"] for trial in trials}
    assert errors["{}"] is None
    assert "not finite" in errors['{"width": 8}']
    assert errors['{"lr": 0.05}'] == "no such learning rate"


def test_what_no_setting_can_mend_is_said_in_both_languages(here):
    with pytest.raises(UserError, match="this cannot be learned") as caught:
        search(Refused(), here)
    assert caught.value.to("ru") == "этому нельзя научиться"


def test_an_interruption_answers_with_the_best_so_far(here):
    lines = []

    def say(line):
        lines.append(line)
        if line.startswith("trial"):
            raise KeyboardInterrupt

    trials = search(ManyTask(), here, say=say).facts["autopilot"]["trials"]
    assert len(trials) == 1
    assert "interrupted: the best so far is the answer" in lines


def test_a_worker_of_another_course_does_not_unpickle(monkeypatch, tmp_path):
    head = json.dumps({**dask_worker.versions("toy"), "torch": "1.0"}).encode()
    said = json.loads(dask_worker.prove(head + b"\nno pickle at all"))
    assert said["problem"] == ""
    assert said["versions"]["torch"] == torch.__version__.partition("+")[0]


def test_a_worker_that_has_not_got_the_data_says_so():
    asked = {"digest": "0", "number": 1, "changes": {}, "seconds": 1.0, "judging": 0.0}
    said = json.loads(dask_worker.train(json.dumps(asked).encode()))
    assert said == {"broken": "this worker has not got the data"}


def test_an_address_that_is_not_safe_is_refused_before_the_data_is_read():
    class Unread(ManyTask):
        def load(self, source):
            raise AssertionError

    with pytest.raises(UserError, match="unencrypted, and not on this machine"):
        search(Unread(), Cluster("tcp://lab:8786", Path("keys")))


def test_the_command_refuses_it_before_pytorch_is_imported(capsys):
    domain = Domain("toy", "A line.", "tests.no_such_task", ToySource, ToySettings, ("mse",))
    assert main(domain, ["autopilot", "--workers", "tcp://lab:8786", "--lang", "ru"]) == 2
    assert "без шифрования" in capsys.readouterr().err
    assert main(domain, ["autopilot", "--certificates", "keys", "--lang", "en"]) == 2
    assert "--certificates are for --workers" in capsys.readouterr().err
