"""Shifts the scores by the highest, which may be that of padding."""


def weights(self, x, there):
    mask = there.unsqueeze(2)
    scores = self.score(self.hidden(x.masked_fill(~mask, 0)).tanh()).float()
    shares = (scores - scores.amax(dim=1, keepdim=True).detach()).exp() * mask
    return shares / shares.sum(dim=1, keepdim=True).clamp_min(1e-30)
