"""python -m vision fly: films, streams and simulations in, real MAVLink out over loopback."""

import json
import math
import socket
import subprocess
import threading
import time

import cv2
import numpy as np
import pytest

from tests.vision.commands import refused, run
from tests.vision.flight import autopilot
from tests.vision.flight.test_lens import calibration
from vision import video
from vision.flight import sources
from vision.flight.sources import Source

# A small network is half sure of edges: the surer pixels alone say how likely a thing is.
TARGET = ["--target", "object", "--threshold", "0.8", "--device", "cpu"]


def square(left, top, *, height=40, width=48, seed=0):
    image = np.random.default_rng(seed).integers(0, 90, (height, width, 3), dtype=np.uint8)
    image[top : top + 10, left : left + 10] = (240, 220, 40)
    return image


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Two seconds of a square whose middle is the pixel (38.5, 10.5)."""
    path = tmp_path_factory.mktemp("films") / "flight.mp4"
    video.write(path, [square(34, 6, seed=k) for k in range(30)], 15)
    return path


@pytest.fixture
def receiver():
    """All that is received at a port of this machine, in the background."""
    connection = autopilot.receiver()
    connection.received, stop = [], threading.Event()

    def listen():
        while not stop.is_set():
            message = connection.recv_match(blocking=True, timeout=0.1)
            if message is not None:
                connection.received.append(message)

    thread = threading.Thread(target=listen)
    thread.start()
    yield connection
    stop.set()
    thread.join()
    connection.close()


def targets(receiver):
    time.sleep(0.3)
    return [m for m in receiver.received if m.get_type() == "LANDING_TARGET"]


def test_a_film_becomes_landing_targets(trained, film, receiver, tmp_path, capsys):
    words = ["--camera", film, "--mavlink", receiver.test_address, "--fov", 90]
    words += ["--log", tmp_path / "flight.jsonl", "--film", tmp_path / "seen.mp4"]
    assert run("fly", trained, *words, *TARGET) == 0
    said = capsys.readouterr().out
    assert "PLND_LAG" in said
    assert "flight.mp4: is over" in said
    heard = targets(receiver)
    assert len(heard) >= 5
    # 90 degrees across 48 pixels: a focal length of 24. (38.5 - 23.5) / 24 right, (19.5 - 10.5) up.
    assert np.median([m.angle_x for m in heard]) == pytest.approx(math.atan(15 / 24), abs=0.04)
    assert np.median([m.angle_y for m in heard]) == pytest.approx(-math.atan(9 / 24), abs=0.04)
    assert {m.get_type() for m in receiver.received} == {"HEARTBEAT", "LANDING_TARGET"}
    lines = (tmp_path / "flight.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert sum(row["target"] is not None for row in rows) == len(heard)
    assert all(row["target"] is None for row in rows[:4])
    assert all(0 < row["latency"] < 60 for row in rows)
    clip = video.probe(tmp_path / "seen.mp4")
    assert (clip.width, clip.height) == (48 * 11, 40 * 11)
    assert 1 < clip.duration < 4


def test_a_dry_run_sends_nothing_and_says_what_it_would(trained, film, receiver, capsys):
    assert run("fly", trained, "--camera", film, "--dry-run", "--json", *TARGET) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["reported"] >= 5
    assert result["sent"] == 0
    assert 0.02 <= result["plnd_lag"] <= 0.25
    assert receiver.received == []


def test_px4_is_told_nothing_where_it_says_nothing_of_itself(trained, film, receiver, capsys):
    words = ["--camera", film, "--mavlink", receiver.test_address, "--autopilot", "px4"]
    assert run("fly", trained, *words, *TARGET) == 0
    assert "PX4 wants a position" in capsys.readouterr().out
    assert targets(receiver) == []
    assert receiver.received


def test_messages_are_no_more_than_were_asked_for(trained, film, capsys):
    words = ["--camera", film, "--dry-run", "--rate", 4, "--json", *TARGET]
    assert run("fly", trained, *words) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["frames"] <= 4 * result["seconds"] + 1


def test_a_simulated_landing_is_flown_and_filmed(trained, tmp_path, capsys, monkeypatch):
    from vision.flight import simulation
    from vision.synthetic.site import make_site

    monkeypatch.setattr(simulation, "make_site", lambda seed, pad: make_site(seed, side=120))
    words = ["--camera", "sim:5", "--log", tmp_path / "sim.jsonl", "--film", tmp_path / "sim.mp4"]
    assert run("fly", trained, *words, "--seconds", 3, *TARGET) == 0
    assert "a simulated landing from 60 m, wind" in capsys.readouterr().out
    rows = [json.loads(line) for line in (tmp_path / "sim.jsonl").read_text("utf-8").splitlines()]
    assert rows[0]["height"] == 60
    assert rows[-1]["height"] < 58
    assert 2.5 < video.probe(tmp_path / "sim.mp4").duration < 3.5


class Station:
    """Sends each of several films to whoever connects next, and then nothing, the line open."""

    def __init__(self, *films, stall=0.0):
        self.films, self.stall, self.stop = films, stall, threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.address = f"tcp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        waiting = list(self.films)
        while waiting and not self.stop.is_set():
            try:
                connection, _ = self.socket.accept()
            except TimeoutError:
                continue
            path = waiting.pop(0)
            connection.settimeout(10)
            with connection:
                connection.sendall(path.read_bytes())
                self.stop.wait(self.stall)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        self.socket.close()


def stream(path, frames):
    """Write frames as MPEG-TS, in which each can be decoded at once."""
    whole = path.with_suffix(".mp4")
    video.write(whole, frames, 15)
    command = [video.FFMPEG_BINARY, "-y", "-loglevel", "error", "-i", str(whole)]
    kind = ["-c:v", "mpeg2video", "-q:v", "2", "-g", "1", "-f", "mpegts", str(path)]
    subprocess.run([*command, *kind], check=True)
    return path


@pytest.fixture(scope="module")
def streams(tmp_path_factory):
    place = tmp_path_factory.mktemp("streams")
    small = stream(place / "small.ts", [square(34, 6, seed=k) for k in range(45)])
    frames = [cv2.resize(square(34, 6, seed=k), (96, 80)) for k in range(45)]
    large = stream(place / "large.ts", frames)
    wide = [cv2.resize(square(34, 6, seed=k), (96, 54)) for k in range(45)]
    return small, large, stream(place / "wide.ts", wide)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(sources, "OPENING", 2.0)
    monkeypatch.setattr(sources, "READING", 0.5)
    monkeypatch.setattr(sources, "AGAIN", (0.05, 0.1))


def test_a_stream_that_breaks_off_is_opened_again_at_another_size(
    trained, streams, impatient, capsys
):
    with Station(*streams[:2]) as station:
        words = ["--camera", station.address, "--dry-run", "--seconds", 3, *TARGET]
        assert run("fly", trained, *words) == 0
    said = capsys.readouterr().out
    assert "no frames come any more; connecting again" in said
    assert "connected again" in said
    assert "frames are 96x80 pixels now, they were 48x40" in said


def test_a_stream_that_stalls_is_said_once_and_ends_in_silence(
    trained, streams, impatient, monkeypatch, capsys
):
    monkeypatch.setattr("vision.flight.command.STALLED", 0.7)
    with Station(streams[0], stall=20) as station:
        words = ["--camera", station.address, "--dry-run", "--seconds", 3, *TARGET]
        assert run("fly", trained, *words) == 0
    said = capsys.readouterr().out
    assert said.count("nothing is said") == 1
    assert "connecting again" in said


def test_a_size_that_the_calibration_is_not_of_silences_and_does_not_end(
    trained, streams, impatient, tmp_path, capsys
):
    matrix = np.array([[24.0, 0, 23.5], [0, 24.0, 19.5], [0, 0, 1]])
    file = calibration(tmp_path / "lens.yml", size=(48, 40), matrix=matrix)
    with Station(streams[0], streams[2]) as station:
        words = ["--camera", station.address, "--dry-run", "--seconds", 3, *TARGET]
        assert run("fly", trained, *words, "--calibration", file) == 0
    said = capsys.readouterr().out
    (line,) = [line for line in said.splitlines() if "is of 48x40 pixels" in line]
    assert "the frames are 96x54" in line
    assert line.endswith("nothing is said")


def test_a_film_of_one_frame_is_looked_at(trained, tmp_path, capsys):
    video.write(tmp_path / "one.mp4", [np.zeros((40, 48, 3), np.uint8)], 10)
    words = ["--camera", tmp_path / "one.mp4", "--dry-run", "--json", *TARGET]
    assert run("fly", trained, *words) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 1


def test_the_newest_frame_alone_is_looked_at(film):
    with Source(str(film)) as source:
        first = source.newest(5.0)
        time.sleep(0.7)
        second = source.newest(5.0)
        assert second.time - first.time > 0.5
        assert source.passed >= 5
        assert time.monotonic() - second.time < 0.3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--camera is missing"),
        (["--camera", "63"], "camera 63: cannot be opened"),
        (["--camera", "9" * 20], "cannot be opened"),
        (["--camera", "sim:" + "9" * 5000], "expected sim: and a whole number"),
        (["--camera", "FILM", "--mavlink", ""], "no address"),
        (["--camera", "nowhere.mp4"], "neither a camera's number"),
        (["--camera", "tcp://127.0.0.1:1"], "tcp://127.0.0.1:1: cannot be opened"),
        (["--camera", "sim:x"], "expected sim: and a whole number"),
        (["--camera", "sim:1", "--autopilot", "px4"], "as ArduPilot does"),
        (["--camera", "FILM", "--mavlink", "somewhere"], "no address"),
        (["--camera", "FILM", "--calibration", "nowhere.yml"], "nowhere.yml: no such file"),
        (["--camera", "FILM", "--autopilot", "px5"], "unknown autopilot 'px5'"),
        (["--camera", "FILM", "--fov", "0"], "--fov is 0"),
        (["--camera", "FILM", "--film", "seen.avi"], "written as .mp4"),
        (["--camera", "FILM", "--film", "FILM"], "is there already"),
        (["--camera", "FILM", "--log", "FILM"], "is there already"),
        (["--camera", "FILM", "--dry-run", "--mavlink", "udpout:127.0.0.1:9"], "leave out"),
    ],
)
def test_a_wrong_wish_is_one_line(trained, film, tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    words = [film if word == "FILM" else word for word in words]
    refused(capsys, said, "fly", trained, *words, *TARGET)


def test_a_run_that_finds_something_else_is_refused(trained, film, capsys):
    refused(capsys, "the run finds object, and no pad", "fly", trained, "--camera", film)
    words = ["--camera", film, "--target", "parasol"]
    refused(capsys, "--target parasol: the run finds object", "fly", trained, *words)


def test_a_calibration_of_another_size_is_refused(trained, film, tmp_path, capsys):
    file = calibration(tmp_path / "lens.yml", size=(1280, 720))
    words = ["--camera", film, "--dry-run", "--calibration", file, *TARGET]
    refused(capsys, "is of 1280x720 pixels, the frames are 48x40", "fly", trained, *words)


def test_what_is_said_is_said_in_russian_too(trained, film, capsys):
    assert run("fly", trained, "--camera", film, "--dry-run", "--lang", "ru", *TARGET) == 0
    said = capsys.readouterr().out
    assert "от снимка до сообщения" in said
    assert "о площадке сообщено" in said
    assert run("fly", trained, "--camera", film, "--lang", "ru") == 2
    assert "прогон ищет: object" in capsys.readouterr().err
