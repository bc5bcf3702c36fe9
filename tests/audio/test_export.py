"""A run of sound outside: the same samples, at once or piece by piece."""

import numpy as np
import pytest
import soundfile
import torch

from audio.__main__ import DOMAIN
from audio.bundle.streaming import Denoiser
from audio.export import MaskStep, clean
from audio.model import MaskNetwork, fading_block, fading_sums
from audio.settings import AudioSettings, SoundSource
from audio.streaming import Denoiser as OwnDenoiser
from audio.task import TASK
from common.cli import main
from common.export.quantization import to_int8
from common.export.runtime import runner
from common.pipeline import Pipeline
from common.runs import store
from tests.common.export import bundles

RATE = 16_000


def noisy(seconds, channels=1, seed=0):
    """A voice of harmonics that comes and goes, in noise; with silence at the end."""
    draw, time = np.random.default_rng(seed), np.arange(int(seconds * RATE)) / RATE
    voice = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 9))
    voice *= np.clip(np.sin(2 * np.pi * 1.3 * time), 0, None)
    sound = 0.2 * voice + 0.05 * draw.normal(size=(channels, len(time)))
    sound[:, -RATE // 4 :] = 0
    return sound.astype(np.float32)


@pytest.fixture(scope="module")
def exporter():
    torch.manual_seed(0)
    network = MaskNetwork(width=12, depth=2).eval()
    for parameter in network.parameters():
        parameter.data *= 3  # masks that differ from cell to cell
    settings = AudioSettings(width=12, depth=2, device="cpu")
    preprocessing = TASK.prepare(SoundSource(), settings)
    preprocessing.samples, preprocessing.loudness = RATE, -20.0
    return TASK.exporter(Pipeline(preprocessing, network, settings, SoundSource()), None)


@pytest.fixture(scope="module")
def places(tmp_path_factory, exporter):
    """A run, made without training, and its bundle."""
    if torch.__version__ < "2.13":
        pytest.skip("PyTorch 2.11 writes an LSTM as ONNX for sounds of one length alone")
    folder = tmp_path_factory.mktemp("sounds")
    run = folder / "run"
    run.mkdir()
    pipeline = exporter.pipeline
    store.save_pipeline(run, pipeline)
    config = {"source": SoundSource().to_dict(), "settings": pipeline.settings.to_dict()}
    told = {"format": store.FORMAT, "task": "audio", "in_memory": True, **config}
    store.write_json(run / "config.json", told)
    assert main(DOMAIN, ["export", str(run), "--out", str(folder / "model.zip")]) == 0
    bundles.unpacked(folder / "model.zip", folder / "model")
    return folder


@pytest.fixture(scope="module")
def graph(places):
    return (places / "model" / "model.onnx").read_bytes()


def test_samples_are_those_of_the_network(exporter, graph):
    sound = noisy(3.3, channels=3)
    own = OwnDenoiser(exporter.own)(torch.from_numpy(sound)).detach().numpy()
    exported = clean(runner(graph), exporter.values(), sound)
    assert exported.shape == own.shape
    assert np.abs(exported - own).max() < 1e-4 * np.abs(own).max()
    assert np.abs(own - sound).max() > 0.05  # something was taken out


@pytest.mark.parametrize("size", [1, 100, 4097, 20_000])
def test_a_thousand_pieces_give_what_one_gives(exporter, graph, size):
    run, sound = runner(graph), noisy(1.2 if size == 1 else 3.0)[:, :-3]
    sound = sound[:, :9000] if size == 1 else sound
    values = {**exporter.values(), "at_once": 7}
    whole = clean(run, exporter.values(), sound)
    denoiser = Denoiser(run, values, channels=1)
    parts = [
        piece
        for start in range(0, sound.shape[1], size)
        for piece in denoiser.pieces(sound[:, start : start + size])
    ]
    pieces = np.concatenate([*parts, *denoiser.rest()], axis=1)
    assert pieces.shape == sound.shape
    np.testing.assert_allclose(pieces, whole, atol=1e-5)


def test_all_that_goes_in_and_out_is_real(exporter, graph):
    import onnx

    model = onnx.load_from_string(graph).graph
    kinds = {one.type.tensor_type.elem_type for one in [*model.input, *model.output]}
    assert kinds == {onnx.TensorProto.FLOAT}
    assert [one.name for one in model.input] == list(exporter.inputs)
    assert sum(node.op_type == "LSTM" for node in model.node) == 2  # and no loop
    assert not any(node.op_type in ("Loop", "Scan") for node in model.node)


def test_int8_reaches_the_lstm_and_changes_little(exporter, graph):
    small = to_int8(graph, kinds=("LSTM",), how="dynamic")
    assert b"DynamicQuantizeLSTM" in small
    sound = noisy(2.0)
    ours, theirs = (clean(runner(each), exporter.values(), sound) for each in (graph, small))
    assert 0 < np.abs(ours - theirs).max() < 0.1 * np.abs(ours).max()


def test_one_block_of_fading_sums_is_the_sums():
    values, before = torch.rand(2, 300, 3), torch.rand(2, 1, 3)
    torch.testing.assert_close(fading_block(values, before), fading_sums(values, before))
    step = MaskStep(MaskNetwork(width=4))
    assert [len(out.shape) for out in step(torch.rand(1, 2, 257), *_silence(step))] == [3] * 6


def _silence(step):
    lstm = step.network.recurrent
    shapes = [(1, 6, 192), (1, 1, 96), (1, 1, 1), *[(lstm.num_layers, 1, lstm.hidden_size)] * 2]
    return [torch.zeros(shape) for shape in shapes]


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (44_100, 2)])
def test_files_are_cleaned_as_predict_cleans_them(places, rate, channels):
    sound = noisy(2.5, channels, seed=1)
    source = places / f"{rate}.wav"
    soundfile.write(source, sound.T, rate, subtype="FLOAT")
    own, theirs = places / f"own-{rate}.wav", places / f"theirs-{rate}.wav"
    assert main(DOMAIN, ["predict", str(places / "run"), str(source), "--out", str(own)]) == 0
    done = bundles.run(places / "model", source, "--out", theirs, cwd=places)
    assert done.returncode == 0, done.stderr
    (a, rate_a), (b, rate_b) = soundfile.read(own), soundfile.read(theirs)
    assert rate_a == rate_b == rate
    assert soundfile.info(theirs).subtype == "FLOAT"
    np.testing.assert_allclose(b, a, atol=1e-4 * np.abs(a).max())


def test_int8_without_the_runs_own_data_is_refused(places, capsys):
    out = places / "int8.zip"
    assert main(DOMAIN, ["export", str(places / "run"), "--out", str(out), "--int8"]) == 2
    assert "validation part" in capsys.readouterr().err
    assert not out.exists()


def test_what_is_no_sound_is_one_line(places):
    (places / "text.wav").write_text("no sound")
    done = bundles.run(places / "model", places / "text.wav", "--lang", "ru", cwd=places)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "звук не прочитать" in done.stderr
    assert not list(places.glob("text-predicted*"))
