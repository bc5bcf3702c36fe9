"""The least is added."""


def compare(self, prediction, target, window):
    p, t = prediction.sqrt(), target.sqrt()
    apart = (p - t).square().mean((1, 2))
    same = apart == 0
    distance = apart.masked_fill(same, 1.0).sqrt().masked_fill(same, 0.0)
    norm = t.square().mean((1, 2)).sqrt() + self.QUIET
    return distance / norm + (p.log() - t.log()).abs().mean((1, 2))
