"""With log_softmax, nll_loss and bmm."""

import torch
from torch.nn import functional as F


def per_example(self, prediction, target):
    logs = F.log_softmax(prediction, -1)
    rows = torch.index_select(self.costs, 0, target).type_as(prediction)
    expected = torch.bmm(rows[:, None], torch.exp(logs)[:, :, None]).reshape(-1)
    return torch.add(expected, F.nll_loss(logs, target, reduction="none"), alpha=self.ce_weight)
