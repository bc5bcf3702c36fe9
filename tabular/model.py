"""The network for prices: a small ensemble over embedded columns, and the prices next door.

    numbers ----> PeriodicEmbedding --+
    categories -> nn.Embedding -------+-> EnsembleLinear, activation, dropout (× depth) -+
    neighbours -> NeighbourAttention -+                                                  v
                         +---- the neighbours' prices, weighted: skip connection ------> + -> price

Without coordinates the neighbours are the flats most alike; where those tell nothing, the third
line is not there, and the rest works as it stands.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.activations import activation_function
from common.exercises import exercise

Known = tuple[Tensor, Tensor, Tensor]
"""What is known of the flats that can be neighbours: place (m, 2) in kilometres, or (m, p) in a
space of likeness; numbers (m, d) as the network gets them; log price (m,)."""


class PeriodicEmbedding(nn.Module):
    """Shows each number to the network as a handful of waves, and then as a few features.

    The frequencies and phases of the waves are learned, for each column its own, and so are the
    weights that make features of them. The number itself stands beside them.

    A price need not grow evenly with a number: what the tenth floor is worth says little of the
    thirtieth. Plain layers are slow to learn such curves (16.0 -> 15.1 % MAPE in a trial on
    California without neighbours; 20.4 -> 20.0 % without coordinates; nothing with neighbours).

    (batch, columns) -> (batch, columns · (features + 1))

    Source: Gorishniy et al., "On Embeddings for Numerical Features in Tabular Deep Learning",
    2022; the phase φ is from RealMLP (Holzmüller et al., 2024).

    >>> PeriodicEmbedding(5, waves=24, features=8)(torch.zeros(2, 5)).shape
    torch.Size([2, 45])
    """

    def __init__(self, columns: int, *, waves: int = 24, features: int = 8) -> None:
        super().__init__()
        # Slow waves to begin with, a tenth of a turn per standard deviation: fast ones let every
        # row look unlike all others, which is how a network overfits.
        self.frequency = nn.Parameter(0.1 * torch.randn(columns, waves))
        self.phase = nn.Parameter(torch.rand(columns, waves))
        self.weight = nn.Parameter(_uniform(columns, waves, features, inputs=waves))
        self.bias = nn.Parameter(_uniform(columns, features, inputs=waves))
        self.width = columns * (features + 1)

    @exercise(points=20, minutes=25, difficulty=2, uses="PyTorch", lesson="Network")
    def forward(self, numbers: Tensor) -> Tensor:
        """Embed a batch of numbers: (batch, columns) -> (batch, columns · (features + 1)).

        For number x of column c, with W, b, f and φ of that column:

            wave_w    = cos(2π(f_w · x + φ_w))          w = 1 … waves
            feature_k = Σ_w wave_w · W_wk + b_k         k = 1 … features

        self.frequency: f, (columns, waves). self.phase: φ, (columns, waves).
        self.weight: W, (columns, waves, features). self.bias: b, (columns, features).

        The answer has the features of the first column, then those of the second, and so on, and
        after all features the numbers themselves, as they came. No loop over columns or rows:
        `torch.einsum`, or `@` with axes of size one, does it in a few lines.
        """
        waves = torch.cos(2 * math.pi * (numbers[..., None] * self.frequency + self.phase))
        features = torch.einsum("bcw,cwf->bcf", waves, self.weight) + self.bias
        return torch.cat([features.flatten(1), numbers], dim=1)


class EnsembleLinear(nn.Module):
    """A linear layer for `members` networks that share one matrix: an ensemble at little cost.

        member i:  y = s_i ∘ W(r_i ∘ x) + b_i        ∘: number by number

    Only the vectors r, s and b are a member's own. `first` draws r as random signs, so that the
    members begin different. All else starts alike for all of them, b included, as in TabM: what
    the first layer and the members' own outputs set apart drifts further in training.

    (batch, members, inputs) -> (batch, members, outputs)

    Source: Wen, Tran and Ba, "BatchEnsemble", 2020; Gorishniy et al., "TabM", 2024.
    """

    def __init__(self, inputs: int, outputs: int, *, members: int, first: bool = False) -> None:
        super().__init__()
        signs = torch.randint(0, 2, (members, inputs)) * 2.0 - 1.0
        self.weight = nn.Parameter(_uniform(outputs, inputs, inputs=inputs))
        self.r = nn.Parameter(signs if first else torch.ones(members, inputs))
        self.s = nn.Parameter(torch.ones(members, outputs))
        self.bias = nn.Parameter(_uniform(outputs, inputs=inputs).repeat(members, 1))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x * self.r, self.weight) * self.s + self.bias


class NeighbourAttention(nn.Module):
    """Looks at the nearest flats whose prices are known, and decides which of them to believe.

    Each neighbour j of flat i is described by its numbers, by how far they are from the flat's
    own, by its distance and direction, and by its price. From these a small network computes a
    message and, for each head, a score:

        h_ij = mlp(x_j, |x_j − x_i|, geometry_ij, y_j; x_i)
        a_ij = softmax over j of score(h_ij)
        out  = Σ_j a_ij·y_j  and  Σ_j a_ij·value(h_ij)

    In place of hand-made averages of the neighbours' prices: 12.9 -> 12.3 % MAPE on California
    in a trial; the messages gave another 0.3 (12.3 -> 12.0 %, means over three splits).

    No flat may be its own neighbour in training: the preprocessing sees to it. Training hides a
    tenth of the neighbours (`tabular.neighbours.HiddenNeighbours`): one that is −1 − j is row j
    (row 0 has no minus of its own), and is not believed. Prices are in standard deviations from
    the mean.

    Source: the idea of TabR (Gorishniy et al., 2023), with geography added to the comparison.
    """

    place: Tensor
    numbers: Tensor
    price: Tensor

    def __init__(
        self,
        known: Known,
        *,
        hidden: int = 64,
        heads: int = 4,
        features: int = 16,
    ) -> None:
        super().__init__()
        # Buffers are tensors that move to the device with the network and are not trained. The
        # preprocessing saves this table, so the weights' file need not hold it again.
        for name, values in zip(("place", "numbers", "price"), known, strict=True):
            self.register_buffer(name, values, persistent=False)
        columns = self.numbers.shape[1]
        geometry = 6 if self.place.shape[1] == 2 else 4
        self.pair = nn.Linear(2 * columns + geometry + 1, hidden)
        self.own = nn.Linear(columns, hidden, bias=False)
        self.message = nn.Linear(hidden, hidden)
        self.score = nn.Linear(hidden, heads)
        self.value = nn.Linear(hidden, features)
        self.heads, self.width = heads, heads * (features + 1)

    def forward(self, numbers: Tensor, place: Tensor, neighbours: Tensor) -> tuple[Tensor, Tensor]:
        """Return (prices (batch, heads), features (batch, heads · features))."""
        hidden = None
        if self.training:
            hidden = neighbours < 0
            neighbours = torch.where(hidden, -1 - neighbours, neighbours)  # row j was −1 − j
        offset = self.place[neighbours] - place[:, None]
        theirs, price = self.numbers[neighbours], self.price[neighbours]
        return self.attend(numbers, theirs, price, offset, hidden=hidden)

    def attend(
        self,
        numbers: Tensor,
        theirs: Tensor,
        price: Tensor,
        offset: Tensor,
        *,
        hidden: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Return what `forward` does, of neighbours that were looked up already.

        theirs (batch, k, columns), price (batch, k), offset (batch, k, 2 or p); hidden (batch, k)
        """
        own = numbers[:, None]  # (batch, 1, columns), beside the k neighbours of each flat
        price = price[..., None]  # (batch, k, 1)
        geometry = _geometry(offset)  # (batch, k, 6 or 4)

        pair = torch.cat([theirs, (theirs - own).abs(), geometry, price], dim=2)
        message = F.gelu(self.pair(pair) + self.own(own))
        message = F.gelu(self.message(message))  # (batch, k, hidden)

        scores = self.score(message).float()  # (batch, k, heads)
        if hidden is not None:  # not -inf: where all are hidden, the softmax would be 0/0
            scores = scores.masked_fill(hidden[..., None], -1e4)
        attention = scores.softmax(dim=1).transpose(1, 2)  # (batch, heads, k), sums to 1 over k
        prices = (attention @ price).squeeze(2)
        features = attention @ self.value(message).float()
        return prices, features.flatten(1)


class PriceNetwork(nn.Module):
    """Predicts the logarithm of the price.

    n_numbers: numeric columns, as `tabular.preprocessing` gives them: about -3 to 3, 0 if missing.
    category_sizes: for each category column, how many numbers it takes, the 0 for unknown included.
    log_price: (n,) of the training part. The network learns on the scale of its mean and
        standard deviation; both are kept, so its output needs no scaling back.
    known: what is known of possible neighbours; None where neighbours tell nothing.
    width, depth: neurons in a hidden layer, and how many of these layers there are.
    members: networks in the ensemble; their mean is the answer. In training each gives its own,
        for the loss to judge by itself, as in TabM: judged by their mean alone, members lean on
        one another (on three tables of 2,000 to 17,000 rows the validation MAPE went from 8.08 to
        7.83, from 12.37 to 12.20 and from 13.40 to 13.38 %). See `tabular.loss.EnsembleLoss`.
    dropout: share of neurons dropped in training.

    Inputs:
        numbers    (batch, n_numbers) float32
        categories (batch, len(category_sizes)) int32 or int64
        place      (batch, 2 or p) float32, as `known` } with `known` only
        neighbours (batch, any) int32 or int64, rows of `known` }, in training −1 − row if hidden
    Output: (batch,) float32, natural logarithm of the price; in training (batch, members).

    Raises:
        UserError: an unknown activation.

    >>> log_price = torch.tensor([15.0, 16.0, 17.0])
    >>> network = PriceNetwork(2, [4], log_price)
    >>> inputs = torch.randn(5, 2), torch.zeros(5, 1, dtype=torch.int64)
    >>> network(*inputs).shape, network.eval()(*inputs).shape
    (torch.Size([5, 4]), torch.Size([5]))
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        n_numbers: int,
        category_sizes: Sequence[int],
        log_price: Tensor,
        *,
        known: Known | None = None,
        width: int = 192,
        depth: int = 3,
        activation: str = "relu",
        members: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.activation, self.members = activation_function(activation), members
        self.register_buffer("mean", log_price.mean())
        # Where all prices are one, the deviation is 0, and nothing can be divided by it.
        self.register_buffer("std", log_price.std(correction=0).clamp_min(1e-6))
        self.embed_numbers = PeriodicEmbedding(n_numbers)
        self.embed_categories = nn.ModuleList(
            nn.Embedding(size, _embedding_width(size)) for size in category_sizes
        )
        inputs = self.embed_numbers.width + sum(map(_embedding_width, category_sizes))
        self.attention = None
        if known is not None:
            place, numbers, price = known
            self.attention = NeighbourAttention((place, numbers, (price - self.mean) / self.std))
            inputs += self.attention.width
            # The skip connection: each member begins with the mean of what the heads found the
            # neighbours to cost, and learns what to add.
            heads = self.attention.heads
            self.skip = nn.Parameter(torch.full((members, heads), 1 / heads))
        self.hidden = nn.ModuleList(
            EnsembleLinear(width if layer else inputs, width, members=members, first=layer == 0)
            for layer in range(depth)
        )
        self.dropout = nn.Dropout(dropout)
        # The last layer: to each member its own, for from here on nothing is shared.
        self.weight = nn.Parameter(_uniform(members, width, inputs=width))
        self.bias = nn.Parameter(torch.zeros(members))

    def know(self, known: Known) -> None:
        """Look for neighbours among these flats from now on, in place of those before."""
        assert self.attention is not None
        place, numbers, price = (values.to(self.mean.device) for values in known)
        attention = self.attention
        attention.place, attention.numbers = place, numbers
        attention.price = (price - self.mean) / self.std

    def forward(
        self,
        numbers: Tensor,
        categories: Tensor,
        place: Tensor | None = None,
        neighbours: Tensor | None = None,
    ) -> Tensor:
        features = [self.embed_numbers(numbers)]
        # .T: one row for each column of the table, which has an embedding of its own.
        for embed, column in zip(self.embed_categories, categories.T, strict=True):
            features.append(embed(column))
        if self.attention is not None:
            prices, messages = self.attention(numbers, place, neighbours)
            features += [prices, messages]

        # Every member is shown the same: (batch, inputs) -> (batch, members, inputs).
        x = torch.cat(features, dim=1)[:, None].expand(-1, self.members, -1)
        for layer in self.hidden:  # (batch, members, width)
            x = self.dropout(self.activation(layer(x)))

        # From here on in float32: bfloat16 would round a log price to steps of 6 %.
        answer = (x.float() * self.weight).sum(dim=2) + self.bias
        if self.attention is not None:
            answer = answer + prices @ self.skip.T
        answer = answer * self.std + self.mean
        return answer if self.training else answer.mean(dim=1)


def _geometry(offset: Tensor) -> Tensor:
    """Describe where a neighbour stands: (batch, k, 2) kilometres -> (batch, k, 6).

    In a space of another number of dimensions a direction says little: (batch, k, d) -> 4.
    """
    # The gradient of a root is infinite at 0, and flats of one house have one place.
    distance = offset.square().sum(dim=2, keepdim=True).clamp_min(1e-8).sqrt()
    nearness = [torch.exp(-distance / scale) for scale in (1.0, 4.0, 16.0)]
    direction = [offset / (distance + 0.1)] if offset.shape[2] == 2 else []
    return torch.cat([*nearness, (distance + 0.1).log(), *direction], dim=2)


def _embedding_width(size: int) -> int:
    """A column of two values needs no more than two features, one of a thousand can use 16."""
    return min(16, max(2, round(1.6 * size**0.5)))


def _uniform(*shape: int, inputs: int) -> Tensor:
    """Draw weights as nn.Linear does: evenly from -1/√inputs to 1/√inputs."""
    return (2 * torch.rand(*shape) - 1) / max(inputs, 1) ** 0.5
