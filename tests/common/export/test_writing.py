"""What is refused before anything is written, and what an archive is made of."""

import os
import zipfile

import numpy as np
import pytest

from common.errors import UserError
from common.export import archive
from common.export.exporter import npz_bytes
from common.export.quantization import cost_of
from common.export.writing import export
from common.outcome import Metric
from tabular.task import TASK


def test_a_run_of_another_domain_a_damaged_one_and_none(tmp_path):
    run = tmp_path / "run"
    with pytest.raises(UserError, match="no such run"):
        export(TASK, run, tmp_path / "a.zip")
    run.mkdir()
    with pytest.raises(UserError, match=r"no config\.json"):
        export(TASK, run, tmp_path / "a.zip")
    (run / "config.json").write_text('{"format": 5, "task": "vision"}')
    with pytest.raises(UserError, match="a run of 'vision', expected 'tabular'"):
        export(TASK, run, tmp_path / "a.zip")
    (run / "config.json").write_text('{"format": 5, "task": "tabular", "source": 7}')
    with pytest.raises(UserError, match="damaged"):
        export(TASK, run, tmp_path / "a.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_is_there_already_stays(tmp_path):
    out = tmp_path / "model.zip"
    out.write_text("mine")
    with pytest.raises(UserError, match="is there already"):
        export(TASK, tmp_path / "run", out)
    assert out.read_text() == "mine"
    with pytest.raises(UserError, match="no folder"):
        export(TASK, tmp_path / "run", tmp_path / "nowhere" / "model.zip")


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file's size")
def test_a_full_disk_leaves_nothing_and_is_said_in_one_line(tmp_path):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(UserError, match="cannot be written") as refused:
            archive.write_archive(tmp_path / "a.zip", {"model.onnx": os.urandom(1_000_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_the_same_files_give_the_same_bytes(tmp_path):
    files = {"run.py": b"print(1)", "model.onnx": b"\0\1"}
    for name in ("a.zip", "b.zip"):
        archive.write_archive(tmp_path / name, files)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert {name: file.read(name) for name in file.namelist()} == files


def test_copied_code_imports_nothing_of_the_course():
    with pytest.raises(
        ValueError, match=r"common\.tables\.coordinate_parsing, which is not copied"
    ):
        archive.code_of(["common.tables.measure_parsing"])
    with pytest.raises(UserError, match="student edition"):
        archive.code_of(["common.tables.no_such_file"])


def test_arrays_of_objects_would_need_a_pickle():
    with pytest.raises(ValueError, match="allow_pickle"):
        npz_bytes({"a": np.array([{}])})


def test_cost_is_a_share_of_the_metric_in_either_direction():
    decibels = Metric("si_sdr", "SI-SDR", "{:.1f}", best="high")
    assert cost_of(decibels, 10.0, 9.9) == pytest.approx(0.01)
    assert cost_of(decibels, -10.0, -10.1) == pytest.approx(0.01)
    assert cost_of(decibels, 10.0, 10.1) < 0
