"""What stands beneath the root is kept above a millionth."""


def compare(self, prediction, target, window):
    difference = (prediction.sqrt() - target.sqrt()).square().mean((1, 2))
    distance = difference.clamp_min(1e-6).sqrt()
    convergence = distance / target.mean((1, 2)).sqrt().clamp_min(self.QUIET)
    return convergence + 0.5 * (prediction.log() - target.log()).abs().mean((1, 2))
