"""Over the tokens that are there alone, added up by index."""

import torch


def forward(self, x, there):
    batch, _, width = x.shape
    attention = self.weights(x, there)
    text, place = there.nonzero(as_tuple=True)
    seen, shares = x[text, place].float(), attention[text, place]
    products = shares[:, :, None] * seen[:, None]
    sums = products.new_zeros(batch, *products.shape[1:]).index_add(0, text, products)
    most = seen.new_zeros(batch, width)
    index = text[:, None].expand_as(seen)
    most = most.scatter_reduce(0, index, seen, "amax", include_self=False)
    return torch.cat([sums.flatten(1), most], 1), attention.mean(-1)
