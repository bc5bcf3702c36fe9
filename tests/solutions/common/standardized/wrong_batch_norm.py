"""As BatchNorm does, with its epsilon."""

from torch.nn import functional as F


def standardized(x):
    return F.batch_norm(x, None, None, training=True, eps=1e-3)
