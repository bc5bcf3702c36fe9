"""Frame by frame, the tail goes along."""

import torch

from audio.model import HOP, MASK_FLOOR, WINDOW


def apply_mask(self, spectra, logits, tail):
    sound = []
    for spectrum, logit in zip(spectra.unbind(1), logits.unbind(1), strict=True):
        mask = torch.lerp(
            torch.full_like(logit, MASK_FLOOR), torch.ones_like(logit), logit.sigmoid()
        )
        piece = self.window * torch.fft.irfft(
            torch.complex(mask * spectrum.real, mask * spectrum.imag), n=WINDOW
        )
        sound.append(piece[:, :HOP] + tail)
        tail = piece[:, HOP:]
    return torch.cat(sound, dim=1), tail
