"""The second look: a small network judges once more what the first one marked.

Two stages, a fast one that must miss nothing and a choosy one that looks at little: a **cascade**,
after Viola and Jones, "Rapid object detection using a boosted cascade of simple features" (2001).
In the order in which they are read:

    polar_sampling   a marked thing is cut out and unrolled along circles about its middle
    classifier       the network that judges it, in NumPy, for runs and exported runs
    network          the same network in PyTorch
    dataset          what it learns from: things and look-alikes, each seen a little differently
    training         from what the first network marks in the training part to a trained second look
"""

from vision.second_look.classifier import SecondLook, agreed, sigmoid
from vision.second_look.polar_sampling import completed, cut_out

__all__ = ["SecondLook", "agreed", "completed", "cut_out", "sigmoid"]
