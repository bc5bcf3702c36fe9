"""In PyTorch: a plain network for texts, trained by the course's Trainer."""

import torch
from torch import nn

from common.trainer import Trainer
from text.loss import ExpectedCostLoss
from text.ngrams import BUCKETS
from text.vocabulary import UNKNOWN


class PlainNetwork(nn.Module):
    """Words and a convolution over three of them, beside a bag of n-grams."""

    def __init__(self, words, classes, size, width, depth, dropout):
        super().__init__()
        self.word = nn.Embedding(words, size, padding_idx=0)
        widths = [size, *[width] * depth]
        self.layers = nn.ModuleList(nn.Conv1d(below, width, 3, padding=1) for below in widths[:-1])
        self.dropout = nn.Dropout(dropout)
        self.answer = nn.Linear(width, classes)
        self.bag = nn.EmbeddingBag(BUCKETS, classes, mode="sum", padding_idx=0)
        nn.init.uniform_(self.word.weight, -0.05, 0.05)
        nn.init.zeros_(self.bag.weight)

    def forward(self, token_ids, tokens, ngrams, weights):
        words = tokens[0, :, 0][token_ids.long()]
        x = self.word(words).mT
        for layer in self.layers:
            x = torch.relu(layer(x))
        x = torch.where(words[:, None] > 0, x, 0.0)
        read = self.answer(self.dropout(x.amax(dim=2)))
        return read + 10 * self.bag(ngrams, per_sample_weights=weights)


def train(prepared, settings):
    """Train; return what gives a batch of texts its logits."""
    torch.manual_seed(settings.seed)
    fitted = prepared.preprocessing
    network = PlainNetwork(
        len(fitted.vocabulary.words) + UNKNOWN + 1,
        len(fitted.classes),
        settings.embedding,
        settings.width,
        settings.depth,
        settings.dropout,
    )
    trainer = Trainer(
        network,
        ExpectedCostLoss(fitted.costs, ce_weight=settings.ce_weight),
        lr=settings.lr,
        epochs=settings.epochs,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        patience=settings.patience,
        seed=settings.seed,
        device=settings.device,
        progress=False,
    )
    trainer.fit(prepared.train_data, valid=prepared.valid_data)
    return network.eval()
