"""In PyTorch: a plain network for a table, trained by the course's Trainer."""

from itertools import pairwise

import torch
from torch import nn

from common.trainer import Trainer
from tabular.loss import MoneyCostLoss

FEATURES = 8
"""Numbers that a category is embedded in."""


class PlainNetwork(nn.Module):
    """Numbers and embedded categories, through hidden layers, to the log price."""

    def __init__(self, prepared, settings):
        super().__init__()
        fitted = prepared.preprocessing
        sizes = fitted.categories.sizes
        self.embeddings = nn.ModuleList(nn.Embedding(size, FEATURES) for size in sizes)
        inputs = fitted.width + FEATURES * len(sizes)
        widths = [inputs, *[settings.width] * settings.depth]
        self.hidden = nn.ModuleList(nn.Linear(below, above) for below, above in pairwise(widths))
        self.dropout = nn.Dropout(settings.dropout)
        self.answer = nn.Linear(widths[-1], 1)
        self.mean = float(fitted.log_price.mean())
        self.std = float(fitted.log_price.std())

    def forward(self, numbers, categories):
        pairs = zip(self.embeddings, categories.T, strict=True)
        columns = [embed(column) for embed, column in pairs]
        x = torch.cat([numbers, *columns], dim=1)
        for layer in self.hidden:
            x = self.dropout(torch.relu(layer(x)))
        return self.answer(x).squeeze(1) * self.std + self.mean


def begin_as_keras_does(layer):
    """Draw weights as Keras does by default; PyTorch's own are others."""
    if isinstance(layer, nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    elif isinstance(layer, nn.Embedding):
        nn.init.uniform_(layer.weight, -0.05, 0.05)


def train(prepared, settings):
    """Train; return what values a batch of flats."""
    torch.manual_seed(settings.seed)
    network = PlainNetwork(prepared, settings).apply(begin_as_keras_does)
    trainer = Trainer(
        network,
        MoneyCostLoss(**settings.error_cost()),
        lr=settings.lr,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        seed=settings.seed,
        device=settings.device,
        progress=False,
    )
    (inputs, price), (valid_inputs, valid_price) = (
        prepared.train_data,
        prepared.valid_data,
    )
    trainer.fit((inputs[:2], price), valid=(valid_inputs[:2], valid_price))
    network.eval()
    return lambda numbers, categories, *_: network(numbers, categories)
