"""Divided by the norm of the prediction."""


def compare(self, prediction, target, window):
    p, t = prediction.sqrt(), target.sqrt()
    apart = (p - t).square().mean((1, 2))
    same = apart == 0
    distance = apart.masked_fill(same, 1.0).sqrt().masked_fill(same, 0.0)
    norm = p.square().mean((1, 2)).sqrt().clamp_min(self.QUIET)
    return distance / norm + (p.log() - t.log()).abs().mean((1, 2))
