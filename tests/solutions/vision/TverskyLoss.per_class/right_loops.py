"""Picture by picture and class by class, in float64, where one minus nearly one has digits."""

import torch


def per_class(self, prediction, target):
    likely, true = (part.double() for part in self.memberships(prediction, target))
    rows = []
    for p, t in zip(likely, true, strict=True):
        row = []
        for said, there in zip(p, t, strict=True):
            inside, outside = said[there == 1], said[there == 0]
            hit, missed = inside.sum(), (1 - inside).sum()
            rest = self.alpha * outside.sum() + self.beta * missed
            row.append(1 - (hit + self.smooth) / (hit + rest + self.smooth))
        rows.append(torch.stack(row))
    return torch.stack(rows).to(prediction.dtype)
