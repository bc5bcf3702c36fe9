"""With an epsilon that no float32 of this size sees."""


def standardized(x):
    return (x - x.mean(0)) / (x.std(0, correction=0) + 1e-8)
