"""The network that sorts: words, pieces of words and characters together, and a bag beside them.

    word, phrase ---> embedding -----+
    part of speech -> embedding -----+
    pieces ---------> mean ----------+-> linear -> convolution (× depth) -> attention -> + -> logits
    characters -----> convolution ---+                                                   ^
    bag of pieces ----------------------> one weight for each piece and class -----------+

The lower line is logistic regression on a bag of n-grams, as large as it likes and easily learned;
the upper one reads the words in their order. They learn together, each what the other cannot.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.activations import activation_function
from common.errors import UserError
from common.exercises import exercise

ALPHABET = 1022
"""Numbers that a character takes, 0 for none included."""
CHARACTER_WIDTH, CHARACTER_FEATURES, TAG_WIDTH = 16, 32, 12


class Neighbours(nn.Module):
    """A convolution over three places, written as one matrix.

        y_i = W [x_{i-1}, x_i, x_{i+1}] + b          beyond the edges x is 0

    (batch, places, inputs) -> (batch, places, outputs)
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(3 * inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        wide = F.pad(x, (0, 0, 1, 1))
        return self.linear(torch.cat([wide[:, :-2], x, wide[:, 2:]], dim=2))


class TokenEmbedding(nn.Module):
    """Describes a token by its lemma, its part of speech, its pieces and its characters.

    A word that training never saw has no vector of its own, but it has pieces: who knows
    затопило will make something of подтопило; and the characters show the capitals, the digits and
    the three exclamation marks.

    words, tags, pieces: how many numbers each takes, 0 for none included.
    vectors: (words, any) to begin with; frozen: leave them as they are.

    words, tags (tokens,), subwords (tokens, any), characters (tokens, any) -> (tokens, width)

    Source: for the pieces, Bojanowski et al., "Enriching word vectors with subword information"
    (2017); for the characters, Kim et al., "Character-aware neural language models" (2016).
    """

    def __init__(
        self,
        words: int,
        tags: int,
        pieces: int,
        *,
        width: int,
        size: int = 48,
        vectors: Tensor | None = None,
        frozen: bool = False,
    ) -> None:
        super().__init__()
        self.word = nn.Embedding(words, size, padding_idx=0)
        if vectors is not None:
            self.word.weight = nn.Parameter(vectors.clone(), requires_grad=not frozen)
        else:
            nn.init.normal_(self.word.weight, std=0.1)
        self.tag = nn.Embedding(tags, TAG_WIDTH, padding_idx=0)
        self.piece = nn.EmbeddingBag(pieces, size, mode="mean", padding_idx=0)
        nn.init.normal_(self.piece.weight, std=0.1)
        self.character = nn.Embedding(ALPHABET, CHARACTER_WIDTH, padding_idx=0)
        self.letters = Neighbours(CHARACTER_WIDTH, CHARACTER_FEATURES)
        self.mix = nn.Linear(2 * size + TAG_WIDTH + CHARACTER_FEATURES, width)

    def forward(self, words: Tensor, tags: Tensor, subwords: Tensor, characters: Tensor) -> Tensor:
        letters = F.relu(self.letters(self.character(characters))).amax(dim=1)
        parts = [self.word(words), self.piece(subwords), self.tag(tags), letters]
        return self.mix(torch.cat(parts, dim=1))

    def phrase(self, phrases: Tensor) -> Tensor:
        """Return what a phrase, (any,), adds to the word that it begins with, (any, width)."""
        return F.linear(self.word(phrases), self.mix.weight[:, : self.word.embedding_dim])


def first_of_each(values: Tensor) -> tuple[Tensor, Tensor]:
    """Return where each distinct value stands first, in rising order, and for each value the
    number of its like there.

    >>> first_of_each(torch.tensor([7, 5, 7, 5, 9]))
    (tensor([1, 0, 4]), tensor([1, 0, 1, 0, 2]))
    """
    ordered, places = values.sort(stable=True)
    begins = torch.ones_like(ordered, dtype=torch.bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    number = torch.empty_like(places)
    number[places] = begins.cumsum(0) - 1
    return places[begins], number


class AttentionPooling(nn.Module):
    """Decides which tokens to look at, and sums them up.

        score_h = v_h · tanh(W x)            for each head h
        a_h     = softmax over tokens of score_h
        out     = [Σ a_1·x, Σ a_2·x, …, max x]

    The maximum beside the heads lets one word be heard in a text of a hundred.

    (batch, tokens, width) and (batch, tokens) bool -> (batch, (heads + 1) · width), and the
    attention (batch, tokens), the mean of the heads: it adds up to 1, or to 0 without tokens.

    Source: Lin et al., "A structured self-attentive sentence embedding" (2017).
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, width)
        self.score = nn.Linear(width, heads, bias=False)

    @exercise(points=20)
    def forward(self, x: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the texts come to, and what was looked at.

        x: (batch, tokens, width) what is known of each token. there: (batch, tokens) bool, False
        where a text has ended and the batch goes on.

        `self.hidden` and `self.score` are the linear layers W and v; the second gives a score for
        each head, (…, width) -> (…, heads). For each head

            score_t = v · tanh(W x_t)
            a_t     = exp(score_t) / Σ_s exp(score_s)       over the tokens that are there
            sum     = Σ_t a_t · x_t                         (width,)

        The answer has the sum of the first head, then that of the second, and so on, and at last
        the largest value of each number in x among the tokens that are there:
        (batch, (heads + 1) · width). The attention, (batch, tokens), is the mean of a over the
        heads, and exactly 0 where there is no token.

        Padding changes nothing, whatever numbers x holds there. A text without any token has
        zeros, in the answer and in the attention, and no NaN in any gradient. What x holds may be
        in half precision: scores and x are made float32 before the softmax, the sums and the
        maximum.
        """
        scores = self.score(torch.tanh(self.hidden(x))).float()
        # Not -inf: a text without tokens would come out as 0/0.
        attention = scores.masked_fill(~there[..., None], -1e9).softmax(dim=1)
        attention = attention * there[..., None]
        heads = torch.einsum("bth,btw->bhw", attention, x.float()).flatten(1)
        most = x.float().masked_fill(~there[..., None], -1e9).amax(dim=1)
        most = torch.where(there.any(dim=1, keepdim=True), most, 0.0)
        return torch.cat([heads, most], dim=1), attention.mean(dim=2)


class TextNetwork(nn.Module):
    """Says the logits of the classes.

    words, tags, pieces, buckets: how many numbers each of the inputs takes, 0 included.
    counts: (classes,) how many texts of each class training has; the answer begins there.
    vectors: (words, size) word vectors to begin with; frozen: never change them.
    width, depth: neurons in a hidden layer, and how many of these layers there are.
    heads: of the attention. dropout: share of neurons, and of the bag's pieces, that are dropped
    in training. word_dropout: share of the words that are hidden in training, lest any one be
    relied upon.
    bag_dropout: share of the texts for which training hides the whole bag, or the upper line would
    leave all work to it.

    Inputs, as `text.preprocessing` gives them:
        words, phrases, tags, kinds (batch, tokens); subwords, characters (batch, tokens, any);
        buckets, values (batch, pieces)
    Output: (batch, classes) float32.

    Raises UserError for an unknown activation.

    >>> network = TextNetwork(10, 5, 20, 30, torch.tensor([3.0, 1.0]))
    >>> whole = torch.ones(2, 4, dtype=torch.int32)
    >>> read = whole, whole, whole, whole[..., None], whole[..., None], whole
    >>> network(*read, whole, whole.float()).shape
    torch.Size([2, 2])
    """

    def __init__(
        self,
        words: int,
        tags: int,
        pieces: int,
        buckets: int,
        counts: Tensor,
        *,
        vectors: Tensor | None = None,
        frozen: bool = False,
        size: int = 48,
        width: int = 96,
        depth: int = 1,
        heads: int = 4,
        activation: str = "gelu",
        dropout: float = 0.3,
        word_dropout: float = 0.15,
        bag_dropout: float = 0.3,
    ) -> None:
        super().__init__()
        if heads < 1 or width < 1 or depth < 1:
            raise UserError(f"width {width}, depth {depth}, heads {heads}: expected 1 or more")
        self.activation, self.word_dropout, self.bag_dropout = (
            activation_function(activation),
            word_dropout,
            bag_dropout,
        )
        self.embed = TokenEmbedding(
            words, tags, pieces, width=width, size=size, vectors=vectors, frozen=frozen
        )
        self.layers = nn.ModuleList(Neighbours(width, width) for _ in range(depth))
        self.attention = AttentionPooling(width, heads)
        self.dropout = nn.Dropout(dropout)
        self.answer = nn.Linear((heads + 1) * width, len(counts))
        self.bag = nn.Embedding(buckets, len(counts), padding_idx=0)
        nn.init.zeros_(self.bag.weight)
        nn.init.zeros_(self.answer.weight)
        share = (counts.float() + 1) / (counts.float() + 1).sum()
        self.answer.bias = nn.Parameter(share.log())
        self.scale = nn.Parameter(torch.tensor(10.0))

    def forward(
        self,
        words: Tensor,
        phrases: Tensor,
        tags: Tensor,
        subwords: Tensor,
        characters: Tensor,
        kinds: Tensor,
        buckets: Tensor,
        values: Tensor,
    ) -> Tensor:
        read, _ = self.read(words, phrases, tags, subwords, characters, kinds)
        weighed = self.dropout(values.float()).unsqueeze(1)
        bag = torch.bmm(weighed, self.bag(buckets).float()).squeeze(1)
        if self.training and self.bag_dropout:
            bag = bag * (torch.rand(len(bag), device=bag.device) >= self.bag_dropout)[:, None]
        return self.answer(self.dropout(read)).float() + self.scale * bag

    def read(
        self,
        words: Tensor,
        phrases: Tensor,
        tags: Tensor,
        subwords: Tensor,
        characters: Tensor,
        kinds: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return what the words come to, (batch, any), and the attention, (batch, tokens)."""
        there = words > 0
        # Only what is there is described, and each distinct token once: half of a batch is
        # padding, and half of the rest are commas and the like.
        places = there.flatten().nonzero().squeeze(1)
        first, number = first_of_each(kinds.flatten()[places])
        distinct = places[first]
        inputs = (tensor.flatten(0, 1)[distinct] for tensor in (words, tags, subwords, characters))
        described = F.embedding(number, self.embed(*inputs))
        begun = phrases.flatten()[places]
        begins = begun.nonzero().squeeze(1)
        described = described.index_add(0, begins, self.embed.phrase(begun[begins]))
        if self.training and self.word_dropout:
            seen = torch.rand(len(described), device=words.device) >= self.word_dropout
            described = described * seen[:, None]
        x = described.new_zeros(there.numel(), described.shape[1])
        x = x.index_copy(0, places, described).view(*there.shape, -1)
        for layer in self.layers:
            # What a layer finds is added to what it was given; beyond the end stays nothing.
            found = self.activation(layer(self.dropout(x)))
            x = (x + found) * there[..., None]
        return self.attention(x, there)
