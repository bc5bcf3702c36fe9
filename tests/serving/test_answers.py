"""Answers about texts, pictures and sounds: those of the command `predict`, to the last digit."""

import base64
import csv
import io
import json
import threading

import cv2
import httpx
import numpy as np
import pytest
import soundfile
import torch

from audio.serving import SoundServing
from audio.task import TASK as AUDIO
from common.files import cache_folder
from common.runs import store
from tests.serving.servers import lines_of, served
from tests.vision.scenes import bomb, scene
from text.answers import class_probabilities, unlabelled_texts
from text.error_analysis import attention
from text.serving.reading import Reader
from text.task import TASK as TEXT
from vision.images import write_image
from vision.overlay import overlay
from vision.task import TASK as VISION
from vision.video import write

MESSAGES = ["В подвале пахнет газом, срочно!", "Спасибо за быстрый ремонт.", "Капает кран в ванной"]
LINES = {"accept": "application/x-ndjson"}


def told_by_the_command(task, run, source, out, **options):
    pipeline = store.load(run, task, device="cpu")
    task.predict(pipeline, source, out, task.predict_options(**options))
    return out


@pytest.fixture(scope="module")
def texts(text_run):
    with served(TEXT, text_run) as (_, _, client):
        yield client


@pytest.fixture(scope="module")
def pictures(vision_run):
    with served(VISION, vision_run) as (_, _, client):
        yield client


@pytest.fixture(scope="module")
def sounds(audio_run):
    with served(AUDIO, audio_run) as (_, _, client):
        yield client


def test_messages_are_sorted_as_the_command_sorts_them(texts, text_run, tmp_path):
    for name, some in (("many", MESSAGES), ("one", MESSAGES[:1])):
        (tmp_path / f"{name}.txt").write_text("\n".join(some), encoding="utf-8")
        out = told_by_the_command(
            TEXT, text_run, tmp_path / f"{name}.txt", tmp_path / f"{name}.csv"
        )
        rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
        found = texts.post("/predict/batch", json={"texts": some}).json()["answers"]
        assert [one["predicted"] for one in found] == [row["predicted"] for row in rows]
        for key, digits in (("probability", 4), ("expected_cost", 2)):
            assert [f"{one[key]:.{digits}f}" for one in found] == [row[key] for row in rows]
        body, kind = (tmp_path / f"{name}.txt").read_bytes(), {"content-type": "text/plain"}
        assert texts.post("/predict/file", content=body, headers=kind).content == out.read_bytes()
    alone = texts.post("/predict", json={"text": MESSAGES[0]}).json()
    assert {key: alone[key] for key in found[0]} == found[0]


def test_what_each_answer_would_cost_is_the_price_list_weighed_by_the_odds(texts, text_run):
    found = texts.post("/predict", json={"text": MESSAGES[0]}).json()["answers"]
    prepared = store.load(text_run, TEXT, device="cpu").preprocessing
    assert [one["label"] for one in found] == prepared.classes
    odds = np.array([one["probability"] for one in found])
    assert odds.sum() == pytest.approx(1, abs=1e-3)
    for place, one in enumerate(found):
        by_hand = sum(p * prepared.costs[true, place] for true, p in enumerate(odds))
        assert one["expected_cost"] == pytest.approx(by_hand, abs=20)  # odds have four digits
    words = texts.post("/predict", json={"text": MESSAGES[0]}).json()["words"]
    tokens = {"В", "подвале", "пахнет", "газом", ",", "срочно", "!"}
    assert {one["word"] for one in words} <= tokens
    assert sum(one["share"] for one in words) == pytest.approx(1, abs=0.01)


def test_the_words_looked_at_are_noted_as_the_network_answers_and_not_by_reading_twice(text_run):
    with served(TEXT, text_run) as (app, _, client):
        pipeline, seen = app.holder.current.serving.pipeline, []
        pipeline.model.attention.register_forward_hook(lambda *one: seen.append(one))
        words = client.post("/predict", json={"text": MESSAGES[0]}).json()["words"]
        assert len(seen) == 1
    again = attention(pipeline, unlabelled_texts(pipeline, MESSAGES[:1]))[0]
    assert [(one["word"], one["share"]) for one in words] == [(w, round(s, 4)) for w, s in again]


ODD = [*MESSAGES, " ", "Вода " * 300, "вода", "Кран. " * 60, "Мы " * 129, "ах " * 222, MESSAGES[0]]


@pytest.mark.parametrize("alike", [True, False])
def test_messages_of_several_clients_are_read_as_each_alone_bit_for_bit(
    text_run, monkeypatch, alike
):
    if not alike:  # as on a processor where padding changes the last digit
        monkeypatch.setattr(torch, "equal", lambda *_: False)
    reader = Reader(store.load(text_run, TEXT, device="cpu"))
    assert (reader.together > 1) is alike
    alone = [reader.read([text])[0] for text in ODD]
    for size in (2, 3, len(ODD)) if alike else ():
        found = [one for at in range(0, len(ODD), size) for one in reader.read(ODD[at : at + size])]
        for (odds, words), (wanted, theirs) in zip(found, alone, strict=True):
            assert odds.tobytes() == wanted.tobytes()
            assert words == theirs


def test_a_text_is_answered_alike_whatever_stands_beside_it_in_a_file(text_run):
    pipeline = store.load(text_run, TEXT, device="cpu")
    odds = class_probabilities(pipeline, unlabelled_texts(pipeline, [*ODD, *MESSAGES * 30]))
    reader = Reader(pipeline)
    for text, wanted in zip(ODD, odds, strict=False):
        assert class_probabilities(pipeline, unlabelled_texts(pipeline, [text])) == pytest.approx(
            wanted[None], abs=1e-6
        )
        if reader.together > 1:
            assert reader.read([text])[0][0].tobytes() == wanted.tobytes()


def test_no_word_that_was_sent_is_kept_in_the_users_folder(texts):
    word = "щелкунчиковость"
    texts.post("/predict", json={"text": f"Какая {word} у нас"})
    kind = {"content-type": "text/plain"}
    texts.post("/predict/file", content=f"Снова {word}\n".encode(), headers=kind)
    kept = list(cache_folder().glob("morphology-*.tsv"))
    assert not any(word in path.read_text(encoding="utf-8") for path in kept)


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "а" * 20_001}, {"texts": ["а"]}, {}])
def test_what_is_no_message_is_refused(texts, body):
    assert texts.post("/predict", json=body).status_code == 422


def png(image):
    return cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()


def objects_of(out):
    with (out / "objects.csv").open(encoding="utf-8-sig", newline="") as file:
        return [{k: v for k, v in row.items() if k != "picture"} for row in csv.DictReader(file)]


def spelled(found):
    form = {"x": ".1f", "y": ".1f", "confidence": ".3f"}
    return [{k: format(v, form.get(k, "")) for k, v in one.items()} for one in found]


@pytest.mark.parametrize("threshold", [None, 0.2])
def test_a_picture_is_answered_as_the_command_answers_it(pictures, vision_run, tmp_path, threshold):
    image = scene(3, height=60, width=72)[0]
    (tmp_path / "in").mkdir()
    write_image(tmp_path / "in" / "one.png", image)
    out = tmp_path / "out"
    told_by_the_command(VISION, vision_run, tmp_path / "in", out, threshold=threshold)
    query = {"mask": True, "drawn": True} | ({"threshold": threshold} if threshold else {})
    kind = {"content-type": "image/png"}
    reply = pictures.post("/predict", params=query, content=png(image), headers=kind)
    found = reply.json()
    assert spelled(found["objects"]) == objects_of(out)
    assert found["objects"]
    mask = cv2.imdecode(np.frombuffer(base64.b64decode(found["mask"]), np.uint8), -1)
    written = cv2.imread(str(out / "masks" / "one.png"), -1)
    assert ((mask > 0) == (written.reshape(*mask.shape, -1)[..., 0] > 0)).all()
    drawn = cv2.imdecode(np.frombuffer(base64.b64decode(found["drawn"]), np.uint8), -1)
    assert drawn.shape == image.shape
    smooth = (cv2.blur(one, (5, 5)).astype(int) for one in (drawn[..., ::-1], overlay(image, mask)))
    assert np.abs(np.subtract(*smooth)).mean() < 12  # a JPEG loses the noise


def test_pictures_at_once_are_answered_as_a_folder_of_them(pictures, vision_run, tmp_path):
    (tmp_path / "in").mkdir()
    files = []
    for seed in range(5):
        image = scene(seed, height=40 + seed)[0]
        write_image(tmp_path / "in" / f"{seed}.png", image)
        files.append(("files", (f"../../{seed}.png", png(image), "image/png")))
    told_by_the_command(VISION, vision_run, tmp_path / "in", tmp_path / "out")
    found = pictures.post("/predict/batch", files=files).json()["pictures"]
    objects = [one for picture in found for one in picture["objects"]]
    assert spelled(objects) == objects_of(tmp_path / "out")


def test_a_video_comes_back_as_the_command_draws_it(pictures, vision_run, film, tmp_path):
    out = told_by_the_command(VISION, vision_run, film, tmp_path / "out.mp4")
    kind = {"content-type": "video/mp4"}
    lines = lines_of(
        pictures.post("/predict/file", content=film.read_bytes(), headers=kind | LINES)
    )
    assert base64.b64decode(lines[-1]["file"]) == out.read_bytes()
    assert {"done": 10, "of": 10} in lines


def test_pictures_and_videos_that_cost_too_much_are_refused(pictures, tmp_path):
    kind = {"content-type": "image/png"}
    for side in (30_000, 12_000, 6_000):
        reply = pictures.post("/predict", content=bomb(side, side), headers=kind)
        assert reply.status_code == 413
        assert "pixels" in reply.json()["error"]
        assert "here up to 25 million are answered" in reply.json()["error"]
    kind = {"content-type": "video/mp4"}
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    for content in (b"", b"\0" * 100, playlist, b"ffconcat version 1.0\nfile /etc/passwd\n"):
        reply = pictures.post("/predict/file", content=content, headers=kind)
        assert reply.status_code == 422
        assert reply.json()["error"].startswith("sent.mp4: not a video")


def test_pictures_that_cost_too_much_together_are_refused_undecoded(pictures):
    files = [("files", ("x", bomb(5000, 5000), "image/png"))] * 5
    reply = pictures.post("/predict/batch", files=files)
    assert reply.status_code == 413
    assert "125 million pixels together" in reply.json()["error"]


def test_nobody_works_on_for_a_client_that_was_told_it_takes_too_long(vision_run, monkeypatch):
    begun, go = [], threading.Event()

    def slow(name, content):
        begun.append(name)
        go.wait(20)
        return np.zeros((8, 8, 3), np.uint8)

    monkeypatch.setattr("vision.serving.open_image", slow)
    with served(VISION, vision_run, seconds=0.2) as (_, _, client):
        files = [("files", ("x", png(scene(3)[0]), "image/png"))] * 5
        assert client.post("/predict/batch", files=files).status_code == 504
        go.set()
        monkeypatch.undo()
    assert begun
    assert set(begun) <= {"picture 1", "picture 2"}  # two are decoded side by side


def test_a_long_video_is_refused_before_it_is_decoded(pictures, tmp_path):
    write(tmp_path / "long.mp4", (np.zeros((16, 16, 3), np.uint8) for _ in range(3700)), 1)
    content, kind = (tmp_path / "long.mp4").read_bytes(), {"content-type": "video/mp4"}
    reply = pictures.post("/predict/file", content=content, headers=kind)
    assert reply.status_code == 413
    assert reply.json()["error"] == "the video is 3,700 s long, here up to 60 s are answered"


def test_a_recording_is_cleaned_as_the_command_cleans_it(sounds, audio_run, recording, tmp_path):
    out = told_by_the_command(AUDIO, audio_run, recording, tmp_path / "out.wav")
    kind, content = {"content-type": "audio/wav"}, recording.read_bytes()
    reply = sounds.post("/predict", content=content, headers=kind)
    assert reply.content == out.read_bytes()
    assert reply.headers["content-type"] == "audio/wav"
    assert sounds.post("/predict/file", content=content, headers=kind).content == out.read_bytes()
    lines = lines_of(sounds.post("/predict/file", content=content, headers=kind | LINES))
    assert lines[-1]["message"].startswith("1.5 s cleaned in answer.wav (44,100 Hz, 2 channels")
    files = [("files", ("x", content, "audio/wav"))] * 2
    found = sounds.post("/predict/batch", files=files).json()["sounds"]
    assert [base64.b64decode(one["wav"]) for one in found] == [out.read_bytes()] * 2


def test_what_is_wrong_with_one_of_several_sounds_says_which_in_the_language_of_the_client(
    sounds, recording
):
    file = io.BytesIO()
    soundfile.write(file, np.append(np.zeros(4000), np.nan), 16_000, "FLOAT", format="WAV")
    whole = ("files", ("x", recording.read_bytes(), "audio/wav"))
    odd = ("files", ("x", file.getvalue(), "audio/wav"))
    for language, words in (("en", "1 sample is no number"), ("ru", "не числа: 1")):
        reply = sounds.post(
            "/predict/batch", files=[whole, odd], headers={"accept-language": language}
        )
        first, second = (one["remarks"] for one in reply.json()["sounds"])
        assert not any(words in remark for remark in first)
        assert any(remark.startswith("sound 2") and words in remark for remark in second)
    broken = ("files", ("x", b"RIFF", "audio/wav"))
    said = sounds.post("/predict/batch", files=[whole, odd, broken]).json()["error"]
    assert said.startswith("sound 3")


def sound_of(frames):
    """Return noise at 16 kHz as a WAV."""
    file = io.BytesIO()
    noise = 0.1 * np.random.default_rng(frames).standard_normal(frames)
    soundfile.write(file, noise, 16_000, format="WAV")
    return file.getvalue()


def test_sounds_of_one_request_are_cleaned_side_by_side_and_come_in_their_order(
    sounds, recording, monkeypatch
):
    both, was = threading.Barrier(2, timeout=20), SoundServing._cleaned

    def met(self, item, name, **others):
        both.wait()  # in vain where there is one thread
        return was(self, item, name, **others)

    monkeypatch.setattr(SoundServing, "_cleaned", met)
    lengths = (1000, 1100, 1200, 1300)
    files = [("files", ("x", sound_of(length), "audio/wav")) for length in lengths]
    found = sounds.post("/predict/batch", files=files).json()["sounds"]
    assert [round(one["seconds"] * 16_000) for one in found] == list(lengths)


def test_sounds_that_are_none_or_are_too_long_are_refused(sounds):
    kind = {"content-type": "audio/wav"}
    reply = sounds.post("/predict", content=b"#EXTM3U\nfile:///etc/passwd\n", headers=kind)
    assert reply.status_code == 422
    assert "stickshift-serve" not in reply.json()["error"]
    file = io.BytesIO()
    soundfile.write(file, np.zeros(61 * 4000, np.int16), 4000, format="WAV")
    reply = sounds.post("/predict", content=file.getvalue(), headers=kind)
    assert reply.status_code == 413
    assert reply.json()["error"] == "the recording is longer than 60 seconds, the limit here"


def test_a_client_that_goes_away_ends_the_work_on_its_file(sounds, recording, monkeypatch):
    stopped = []
    from common.serving import contract

    was = contract.Watch.__call__

    def heard(self, done, of=0):
        try:
            was(self, done, of)
        except contract.Cancelled:
            stopped.append(done)
            raise

    monkeypatch.setattr(contract.Watch, "__call__", heard)
    file = io.BytesIO()
    soundfile.write(
        file, np.random.default_rng(0).normal(0, 0.1, 16_000 * 600), 16_000, format="WAV"
    )
    url = str(sounds.base_url)
    with (
        httpx.Client(base_url=url, timeout=30) as client,
        client.stream(
            "POST",
            "/predict/file",
            content=file.getvalue(),
            headers={"content-type": "audio/wav"} | LINES,
        ) as reply,
    ):
        lines = reply.iter_lines()
        while not json.loads(next(lines)).get("done"):
            pass
    kind = {"content-type": "audio/wav"}
    assert sounds.post("/predict/file", content=recording.read_bytes(), headers=kind).is_success
    assert len(stopped) == 1
    assert stopped[0] < 600
