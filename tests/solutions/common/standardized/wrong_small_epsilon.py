"""With an epsilon that a small column sees."""


def standardized(x):
    return (x - x.mean(0)) / (x.std(0, correction=0) + 1e-5)
