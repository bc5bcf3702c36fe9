"""What torch and pandas put off until they are first used, done once before the forks.

Operators look for their kernels, autograd builds its tables, pandas imports a part of pyarrow.
Each check would do that again, in the few milliseconds that it takes. The same for librosa and
OpenCV gains nothing that can be measured.
"""

import sys
from typing import Any


def use_torch() -> None:
    """Let a small network learn, in both precisions; do nothing where torch is not imported.

    No thread is begun, and chance goes on as if it had not been asked.
    """
    torch = sys.modules.get("torch")
    if torch is not None:
        with torch.random.fork_rng(devices=[]):
            for dtype in (torch.float32, torch.float64):
                _learn(torch, dtype)


def use_pandas() -> None:
    """Clean and group a small table of text and numbers; do nothing where pandas is not imported.

    No thread is begun.
    """
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return
    frame = pandas.DataFrame({"price": [2.5, 1.5, None], "house": ["brick ", "Panel", None]})
    house = frame["house"].str.strip().str.lower().fillna("")
    numbers = pandas.to_numeric(house.str.replace(",", ".", regex=False), errors="coerce")
    numbers.astype("float64").to_numpy()
    house.value_counts().index.tolist()
    house.map({"brick": 1}).isna().any()
    frame.groupby("house")["price"].median().sort_values()
    frame.sort_values("price").drop(columns=["house"]).median(numeric_only=True)
    frame.loc[frame["price"] > 2].copy().reset_index(drop=True).equals(frame)
    pandas.Categorical(["brick", None]).codes.tolist()
    pandas.Series(["1", None], dtype="object").isna().sum()
    pandas.concat([frame, frame]).iloc[::2].to_dict("list")


def _learn(torch: Any, dtype: Any) -> None:
    nn, F = torch.nn, torch.nn.functional
    layers = [nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.SiLU(), nn.MaxPool2d(2)]
    layers += [nn.Upsample(scale_factor=2), nn.Flatten(), nn.Linear(256, 2)]
    network = nn.Sequential(*layers).to(dtype)
    network.load_state_dict(network.state_dict())
    pictures = torch.tensor([0.5, 1.5]).to(dtype).reshape(2, 1, 1, 1).expand(2, 3, 8, 8)
    scores, target = network(pictures), torch.tensor([0, 1])
    costs = [
        F.cross_entropy(scores, target),
        F.logsigmoid(scores).exp().mean(),
        (scores.softmax(-1).clamp(1e-3) + 1).log().square().sum(),
        torch.where(scores > 0, scores, -scores).sqrt().max(),
        (torch.sigmoid(scores).cumsum(-1) / (1 + scores.abs())).mean(),
        torch.stack([scores, scores]).amax(0).pow(2).mean(),
        torch.cat([scores, scores]).std(),
        torch.fft.irfft(torch.fft.rfft(scores)).mean(),
        torch.complex(scores, scores).abs().mean(),
    ]
    sum(costs).backward()
    weight = layers[0].weight
    (slope,) = torch.autograd.grad(network(pictures).sum(), weight)
    with torch.no_grad():
        weight -= slope.sign()
    for values in (scores.half(), scores.bfloat16(), F.one_hot(target, 3), pictures.isfinite()):
        values.float().detach().cpu().numpy().copy()
    torch.equal(scores, scores)
    str(scores.dtype)
    target.any().item()
