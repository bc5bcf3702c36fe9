"""Runs beside the student's code: calls it and says, in plain data, what came of it.

The student's modules are imported inside the probes, so that a broken one harms only its own.
The libraries that those import are named here, so that it is done once and not for each check.
librosa imports its rooms only when they are first used; here they are all fetched at once.
"""

import warnings

import librosa.core.audio
import librosa.core.convert
import librosa.core.spectrum
import librosa.filters
import librosa.util.utils  # noqa: F401
import numpy as np
import safetensors.torch  # noqa: F401
import scipy.signal  # noqa: F401
import torch

from common.grading.exercise.plain_data import array, described, each, plain, tensor


@each
def loudness(inputs):
    from audio import features

    samples = inputs["samples"].copy()
    settings = {} if inputs["gate_db"] == 40.0 else {"gate_db": inputs["gate_db"]}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="n_fft=.* is too large")  # short on purpose
        answer = features.loudness(samples, inputs["sample_rate"], **settings)
    kind = type(answer).__name__  # plain() makes one of Python's of NumPy's
    return {"loudness": plain(answer), "kind": kind, "samples": samples}


@each
def mixed(inputs):
    from audio import mixing

    parts = {name: tensor(inputs[name]) for name in ("clean", "noise", "snr_db")}
    answer = mixing.mixed(parts["clean"], parts["noise"], parts["snr_db"])
    return {"mixture": described(answer), **{name: array(part) for name, part in parts.items()}}


@each
def apply_mask(inputs):
    """Call it once for each piece, tail in hand."""
    from audio import model

    network = model.MaskNetwork(width=2).to(getattr(torch, inputs["dtype"]))
    network.window.copy_(tensor(inputs["window"]))
    spectra = torch.complex(tensor(inputs["real"]), tensor(inputs["imag"]))
    logits, tail = (tensor(inputs[name], grad=True) for name in ("logits", "tail"))
    given = {"spectra": spectra, "logits": logits, "tail": tail}
    before = {name: value.detach().clone() for name, value in given.items()}
    result, following, start = {"calls": []}, tail, 0
    for frames in inputs["calls"]:
        piece = slice(start, start + frames)
        answer = network.apply_mask(spectra[:, piece], logits[:, piece], following)
        start += frames
        if not isinstance(answer, (tuple, list)) or len(answer) != 2:
            result["calls"].append(None if answer is None else described(answer))
            break
        result["calls"].append([described(part) for part in answer])
        following = answer[1]
    result["changed"] = [
        name for name, value in given.items() if not torch.equal(value.detach(), before[name])
    ]
    return result | _slopes(inputs, result["calls"], answer, logits, tail)


def _slopes(inputs, calls, answer, logits, tail):
    """The gradients of the weighted sum of what the one call gave, where it can be taken."""
    if "weights" not in inputs or not isinstance(calls[0], list):
        return {}
    weights = [tensor(inputs[name]) for name in ("weights", "tail_weights")]
    pairs = list(zip(answer, weights, strict=True))
    if not all(isinstance(a, torch.Tensor) and a.shape == w.shape for a, w in pairs):
        return {}
    total = sum((a * w).sum() for a, w in pairs)
    if not total.requires_grad:
        return {}
    total.backward()
    return {"slope": plain(logits.grad), "tail_slope": plain(tail.grad)}


@each
def compare(inputs):
    from audio import loss

    hears = loss.MultiResolutionSTFTLoss()
    hears.QUIET = inputs["quiet"]
    prediction, target = tensor(inputs["prediction"], grad=True), tensor(inputs["target"])
    answer = hears.compare(prediction, target, inputs["window"])
    result = {"cost": described(answer)}
    if isinstance(answer, torch.Tensor) and answer.requires_grad:
        answer.sum().backward()
        result["slope"] = plain(prediction.grad)
    return result | {"prediction": array(prediction), "target": array(target)}


@each
def log_spectral_distance(inputs):
    from audio import metrics

    estimate, clean = inputs["estimate"].copy(), inputs["clean"].copy()
    words = {} if inputs.get("usual") else {name: inputs[name] for name in ("window", "hop")}
    answer = metrics.log_spectral_distance(estimate, clean, **words)
    if isinstance(answer, torch.Tensor):
        answer = type(answer).__name__
    answer = np.asarray(answer) if isinstance(answer, np.generic) else plain(answer)
    return {"distance": answer, "estimate": estimate, "clean": clean}
