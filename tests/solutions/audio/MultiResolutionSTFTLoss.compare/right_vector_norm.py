"""The norm of PyTorch, whose slope at zero is 0; example by example."""

import torch


def compare(self, prediction, target, window):
    costs = []
    for p, t in zip(prediction, target, strict=True):
        distance = torch.linalg.vector_norm(p.sqrt() - t.sqrt()) / p.numel() ** 0.5
        convergence = distance / t.mean().sqrt().clamp(min=self.QUIET)
        costs.append(convergence + torch.nn.functional.l1_loss(p.log(), t.log()) / 2)
    return torch.stack(costs)
