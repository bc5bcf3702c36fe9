"""Writing a run never costs anybody anything: not a stranger's folder, not a run that is good."""

import json
import os
import shutil

import pytest

from common.errors import UserError
from common.runs import drafts, store

MINE = {"task": "toy"}


def run_in(folder, words="good", **config):
    folder.mkdir()
    store.write_json(folder / "config.json", {"format": 5, "task": "toy"} | config)
    (folder / "metrics.json").write_text(words, encoding="utf-8")
    return folder


def refused(folder, words, config=MINE):
    with pytest.raises(UserError, match=words) as error, drafts.draft(folder, config):
        pass
    assert "\n" not in str(error.value)


def write(folder, words="new"):
    with drafts.draft(folder, MINE) as draft:
        (draft / "metrics.json").write_text(words, encoding="utf-8")


def words_of(folder):
    return (folder / "metrics.json").read_text(encoding="utf-8")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_run_is_replaced_whole(tmp_path):
    (run_in(tmp_path / "line") / "history.csv").touch()
    write(tmp_path / "line")
    assert words_of(tmp_path / "line") == "new"
    assert names(tmp_path) == ["line"]
    assert names(tmp_path / "line") == ["config.json", "metrics.json"]


def test_an_empty_folder_may_become_a_run(tmp_path):
    (tmp_path / "line").mkdir()
    write(tmp_path / "line")
    assert names(tmp_path) == ["line"]


@pytest.mark.parametrize("place", ["line", "line.unfinished", "line.replaced"])
@pytest.mark.parametrize(
    "config", ['{"architectures": ["Bert"]}', '{"format": 5, "task": "vision"}', "{", "[]"]
)
def test_a_strangers_config_json_protects_its_folder(tmp_path, place, config):
    (tmp_path / place).mkdir()
    (tmp_path / place / "config.json").write_text(config, encoding="utf-8")
    (tmp_path / place / "model.safetensors").write_bytes(b"days of work")
    refused(tmp_path / "line", f"{place}: exists and is not a run of toy")
    assert names(tmp_path) == [place]
    assert names(tmp_path / place) == ["config.json", "model.safetensors"]


@pytest.mark.parametrize("place", ["line", "line.unfinished", "line.replaced"])
def test_a_run_that_holds_something_else_too_stays(tmp_path, place):
    thesis = run_in(tmp_path / place) / "диплом.txt"
    thesis.write_text("my only copy", encoding="utf-8")
    refused(tmp_path / "line", "it holds 'диплом.txt'")
    assert thesis.exists()


def test_a_file_in_the_place_of_a_run_stays(tmp_path):
    (tmp_path / "line").write_text("notes", encoding="utf-8")
    refused(tmp_path / "line", "exists and is not a run")
    assert names(tmp_path) == ["line"]


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "extras"])
def test_what_finder_leaves_does_not_protect_a_run(tmp_path, name):
    (run_in(tmp_path / "line") / name).mkdir()
    write(tmp_path / "line")
    assert names(tmp_path / "line") == ["config.json", "metrics.json"]


@pytest.mark.parametrize("name", [".", "..", "/", "runs/.."])
def test_the_folder_one_is_in_is_not_replaced(tmp_path, monkeypatch, name):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    refused(drafts.Path(name), "the folder that you are in")
    with (
        pytest.raises(UserError, match="the folder that you are in"),
        drafts.reopened(drafts.Path(name), "toy"),
    ):
        pass
    assert names(tmp_path / "here") == []


def test_a_name_with_nul_is_refused(tmp_path):
    refused(tmp_path / "a\0b", "cannot be a folder")


def test_a_place_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    refused(tmp_path / "file" / "line", "cannot be written")


def fail_second_rename(monkeypatch, error):
    real, calls = os.replace, []

    def replace(source, target):
        nonlocal calls
        calls += [source] if source.is_dir() else []
        if len(calls) == 2 and source.is_dir():
            raise error
        real(source, target)

    monkeypatch.setattr(drafts.os, "replace", replace)


def test_a_rename_that_fails_is_rolled_back_and_says_where_the_draft_lies(tmp_path, monkeypatch):
    run_in(tmp_path / "line")
    fail_second_rename(monkeypatch, PermissionError(13, "Access is denied"))
    with pytest.raises(UserError, match=r"Access is denied.*lies in .*line\.unfinished"):
        write(tmp_path / "line")
    assert words_of(tmp_path / "line") == "good"
    assert words_of(tmp_path / "line.unfinished") == "new"
    assert names(tmp_path) == ["line", "line.unfinished"]


def test_a_crash_between_the_renames_does_not_cost_the_good_run(tmp_path, monkeypatch):
    run_in(tmp_path / "line")
    fail_second_rename(monkeypatch, SystemExit())
    with pytest.raises(SystemExit):
        write(tmp_path / "line")
    monkeypatch.undo()
    assert names(tmp_path) == ["line.replaced", "line.unfinished"]

    with pytest.raises(ZeroDivisionError), drafts.draft(tmp_path / "line", MINE):
        raise ZeroDivisionError
    assert words_of(tmp_path / "line") == "good"
    assert names(tmp_path) == ["line"]


def test_a_disk_that_is_full_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(drafts, "write_json", full)
    refused(tmp_path / "line", "No space left on device")
    assert names(tmp_path) == []


def test_an_interrupted_training_is_not_thrown_away(tmp_path):
    with pytest.raises(KeyboardInterrupt), drafts.draft(tmp_path / "line", MINE) as draft:
        (draft / drafts.CHECKPOINT).write_bytes(b"hours of work")
        raise KeyboardInterrupt
    refused(tmp_path / "line", "--resume")
    assert (draft / drafts.CHECKPOINT).exists()


def test_a_draft_without_a_checkpoint_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), drafts.draft(tmp_path / "line", MINE):
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_a_draft_without_a_checkpoint_is_not_reopened(tmp_path):
    draft = run_in(tmp_path / "line.unfinished")
    with (
        pytest.raises(UserError, match="nothing to resume, no checkpoint"),
        drafts.reopened(tmp_path / "line", "toy"),
    ):
        pass
    assert draft.exists()


def test_half_a_checkpoint_of_a_killed_training_does_not_get_into_the_run(tmp_path):
    draft = run_in(tmp_path / "line.unfinished")
    (draft / drafts.CHECKPOINT).touch()
    (draft / f".{drafts.CHECKPOINT}.0123abcd.part").write_bytes(b"half")
    with drafts.reopened(tmp_path / "line", "toy"):
        pass
    assert names(tmp_path / "line") == ["config.json", "metrics.json"]


@pytest.mark.parametrize("place", ["line", "line.unfinished", "line.replaced"])
def test_resuming_touches_nothing_of_a_stranger(tmp_path, place):
    for name in ("line", "line.unfinished", "line.replaced"):
        run_in(tmp_path / name)
    (tmp_path / "line.unfinished" / drafts.CHECKPOINT).touch()
    config = {"format": 5, "task": "vision"}
    (tmp_path / place / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with (
        pytest.raises(UserError, match="is not a run of toy"),
        drafts.reopened(tmp_path / "line", "toy"),
    ):
        pass
    assert names(tmp_path) == ["line", "line.replaced", "line.unfinished"]


def test_a_run_is_found_where_a_crash_left_it(tmp_path):
    good = run_in(tmp_path / "line")
    shutil.move(good, store.replaced(good))
    assert store.standing(good) == store.replaced(good)
