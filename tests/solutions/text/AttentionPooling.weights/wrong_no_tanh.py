"""Without the bend."""


def weights(self, x, there):
    mask = there.unsqueeze(2)
    x = x.masked_fill(~mask, 0)
    scores = self.score(self.hidden(x)).float()
    return scores.masked_fill(~mask, -1e9).softmax(dim=1) * mask
