"""In PyTorch: a plain convolutional mask on the spectrum, trained by the course's Trainer."""

import torch
from torch import nn

from audio.loss import MultiResolutionSTFTLoss
from common.trainer import Trainer

WINDOW, HOP, CONTEXT = 512, 256, 7
BINS = WINDOW // 2 + 1


class PlainMask(nn.Module):
    """Convolutions over the frames of log spectra, and a mask from 0 to 1."""

    def __init__(self, width, depth):
        super().__init__()
        widths = [BINS, *[width] * (depth + 1)]
        self.layers = nn.ModuleList(
            nn.Conv1d(below, width, CONTEXT, padding=CONTEXT // 2) for below in widths[:-1]
        )
        self.mask = nn.Conv1d(width, BINS, 1)
        self.register_buffer("window", torch.hann_window(WINDOW))

    def forward(self, noisy):
        spectra = torch.stft(noisy, WINDOW, HOP, window=self.window, return_complex=True)
        loud = (spectra.abs().square() + 1e-6).log()
        x = loud - loud.mean(dim=(1, 2), keepdim=True)
        for layer in self.layers:
            x = torch.relu(layer(x))
        clean = spectra * torch.sigmoid(self.mask(x))
        length = noisy.shape[1]
        return torch.istft(clean, WINDOW, HOP, window=self.window, length=length)


def train(prepared, settings):
    """Train; return what cleans a batch of sounds."""
    torch.manual_seed(settings.seed)
    network = PlainMask(settings.width, settings.depth)
    trainer = Trainer(
        network,
        MultiResolutionSTFTLoss(),
        lr=settings.lr,
        epochs=settings.epochs,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        seed=settings.seed,
        device=settings.device,
        progress=False,
    )
    trainer.fit(prepared.train_data, valid=prepared.valid_data)
    return network.eval()
