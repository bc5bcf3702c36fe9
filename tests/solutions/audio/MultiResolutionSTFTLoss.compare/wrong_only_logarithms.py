"""The second term alone."""


def compare(self, prediction, target, window):
    p, t = prediction.sqrt(), target.sqrt()
    return (p.log() - t.log()).abs().mean((1, 2))
