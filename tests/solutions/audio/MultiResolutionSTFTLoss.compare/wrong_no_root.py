"""Squares of norms."""


def compare(self, prediction, target, window):
    p, t = prediction.sqrt(), target.sqrt()
    apart = (p - t).square().mean((1, 2))
    distance = apart
    norm = t.square().mean((1, 2)).clamp_min(self.QUIET)
    return distance / norm + (p.log() - t.log()).abs().mean((1, 2))
