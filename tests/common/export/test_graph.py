"""What PyTorch keeps between two exports of one process."""

import torch
from torch import nn
from torch._decomp.decompositions import lstm_impl
from torch._dispatch.python import enable_python_dispatcher

from common.export.graph import _forget_dispatch

LSTM = torch.ops.aten.lstm.input
KERNEL = torch._C.DispatchKey.CompositeImplicitAutograd


def test_kernels_of_an_lstm_are_looked_up_anew(monkeypatch):
    """An export puts one in their place: a process that has exported would not find it again, and
    the second bundle of a run of sound would take pieces of one length only."""
    asked = []

    def exchanged(*arguments):
        asked.append(1)
        return lstm_impl(*arguments)

    _forget_dispatch()
    with torch.no_grad(), enable_python_dispatcher():
        nn.LSTM(2, 2)(torch.rand(3, 1, 2))
        monkeypatch.setitem(LSTM.py_kernels, KERNEL, exchanged)
        nn.LSTM(2, 2)(torch.rand(3, 1, 2))
        assert not asked  # so it is in PyTorch today
        _forget_dispatch()
        nn.LSTM(2, 2)(torch.rand(3, 1, 2))
    _forget_dispatch()
    assert asked
