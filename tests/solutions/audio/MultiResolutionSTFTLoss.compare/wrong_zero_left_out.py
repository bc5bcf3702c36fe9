"""The whole batch has no gradient where one example has no difference."""


def compare(self, prediction, target, window):
    difference = (prediction.sqrt() - target.sqrt()).square().mean((1, 2))
    distance = difference.sqrt() if bool((difference > 0).all()) else difference * 0
    convergence = distance / target.mean((1, 2)).sqrt().clamp_min(self.QUIET)
    return convergence + 0.5 * (prediction.log() - target.log()).abs().mean((1, 2))
