"""The network that classifies: words, n-grams and characters, and a bag of n-grams beside them.

    word, phrase ---> embedding -----+
    part of speech -> embedding -----+
    subwords -------> mean ----------+-> linear -> convolution (× depth) -> attention -> + -> logits
    characters -----> convolution ---+                                                   ^
    bag of n-grams ---------------------> one weight for each n-gram and class ----------+

The lower line is logistic regression on a bag of n-grams: many weights, and easily learned. The
upper one reads the words in their order. They learn together, each what the other cannot; when all
is learned, `text.logistic_regression` adds to the lower line what it says if it learns alone.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.activations import activation_function
from common.errors import UserError
from common.exercises import exercise

ALPHABET = 1022
"""Numbers that a character takes, 0 for none included."""
SUBWORDS, CHARACTERS = 24, 16
"""How many n-grams and characters of a token are read."""
COLUMNS = {"words": 2, "tag": 1, "subwords": SUBWORDS, "characters": CHARACTERS}
"""What stands in a token's row: its word and the phrase that begins there, its part of speech,
its first n-grams, its first characters; each a number, 0 for none."""
CHARACTER_WIDTH, CHARACTER_FEATURES, TAG_WIDTH = 16, 32, 12


class TokenEmbedding(nn.Module):
    """Describes a token by its word, its part of speech, its n-grams and its characters.

    A word that training never saw has no vector of its own, but it has n-grams: who knows
    затопило will make something of подтопило; and the characters show the capitals, the digits and
    the three exclamation marks.

    words, tags, subwords: how many numbers each takes, 0 for none included.
    vectors: (words, size) to begin with, or a loaded run's; frozen: leave them as they are.

    tokens (distinct, columns), see `COLUMNS` -> (distinct, width)

    Source: for the n-grams, Bojanowski et al., "Enriching word vectors with subword information"
    (2017); for the characters, Kim et al., "Character-aware neural language models" (2016).
    """

    def __init__(
        self,
        words: int,
        tags: int,
        subwords: int,
        *,
        width: int,
        size: int = 48,
        vectors: Tensor | None = None,
        frozen: bool = False,
    ) -> None:
        super().__init__()
        # An EmbeddingBag looks vectors up as an Embedding does, and gives their sum or mean. Number
        # 0, the padding, has a vector of zeros that is not learned, and counts in no mean.
        self.word = nn.EmbeddingBag(words, size, mode="sum", padding_idx=0)
        if vectors is not None:
            self.word.weight = nn.Parameter(vectors.clone())
        else:
            nn.init.normal_(self.word.weight, std=0.1)
        self.word.weight.requires_grad_(not frozen)
        self.tag = nn.Embedding(tags, TAG_WIDTH, padding_idx=0)
        self.subword = nn.EmbeddingBag(subwords, size, mode="mean", padding_idx=0)
        nn.init.normal_(self.subword.weight, std=0.1)
        self.character = nn.Embedding(ALPHABET, CHARACTER_WIDTH, padding_idx=0)
        self.letters = nn.Conv1d(CHARACTER_WIDTH, CHARACTER_FEATURES, 3, padding=1)
        self.mix = nn.Linear(2 * size + TAG_WIDTH + CHARACTER_FEATURES, width)

    def forward(self, tokens: Tensor) -> Tensor:
        words, tag, subwords, characters = tokens.split(list(COLUMNS.values()), dim=1)
        # .mT exchanges the last two axes: a convolution takes (batch, channels, length).
        letters = F.relu(self.letters(self.character(characters).mT)).amax(dim=2)
        parts = [self.word(words), self.subword(subwords), self.tag(tag).squeeze(1), letters]
        return self.mix(torch.cat(parts, dim=1))


class RowDropout(nn.Module):
    """Hides whole vectors in training, each with probability `share`; the others stay as they are.

    (…, numbers) -> (…, numbers)

    >>> RowDropout(0.5).eval()(torch.ones(2, 3))
    tensor([[1., 1., 1.],
            [1., 1., 1.]])
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.share == 0:
            return x
        kept = torch.rand(x.shape[:-1], device=x.device) >= self.share
        return x * kept[..., None]


class AttentionPooling(nn.Module):
    """Decides which tokens to look at (attention), and sums them up.

    Each head has a look of its own. The maximum beside the heads lets one word be heard in a text
    of a hundred.

    (batch, tokens, width) and (batch, tokens) bool -> (batch, (heads + 1) · width), and the
    attention (batch, tokens), the mean of the heads: it adds up to 1, or to 0 without tokens.

    Source: Lin et al., "A structured self-attentive sentence embedding" (2017).
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, width)
        self.score = nn.Linear(width, heads, bias=False)

    @exercise(points=10, minutes=25, difficulty=3, uses="PyTorch", lesson="Network")
    def weights(self, x: Tensor, there: Tensor) -> Tensor:
        """Return how much of each head's attention each token gets, (batch, tokens, heads) float32.

        x: (batch, tokens, width) what is known of each token. there: (batch, tokens) bool, False
        where a text has ended and the batch goes on.

        `self.hidden` and `self.score` are the linear layers W and v; the second gives a score for
        each head, (…, width) -> (…, heads). For each head

            score_t = v · tanh(W x_t)
            a_t     = exp(score_t) / Σ_s exp(score_s)       over the tokens that are there

        Where there is no token, a is exactly 0. Padding changes nothing, whatever x holds there,
        NaN as well. A text without any token has zeros, and no NaN in any gradient. What x holds
        may be in half precision: scores are made float32 before the softmax.
        """
        x = x.masked_fill(~there[..., None], 0)  # what is NaN would stay NaN in its gradient
        scores = self.score(torch.tanh(self.hidden(x))).float()
        # Not -inf: a text without tokens would come out as 0/0.
        attention = scores.masked_fill(~there[..., None], -1e9).softmax(dim=1)
        return attention * there[..., None]

    @exercise(points=10, minutes=20, difficulty=2, uses="PyTorch", lesson="Network")
    def forward(self, x: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
        """Return the pooled vectors of the texts, and the attention over their tokens.

        x: (batch, tokens, width) what is known of each token. there: (batch, tokens) bool, False
        where a text has ended and the batch goes on.

        `self.weights(x, there)` gives a, (batch, tokens, heads) float32: for each head they add up
        to 1 over the tokens that are there, and are 0 for the others. Take them from there. For
        each head

            sum = Σ_t a_t · x_t         (width,)

        The answer has the sum of the first head, then that of the second, and so on, and at last
        the largest value of each number in x among the tokens that are there:
        (batch, (heads + 1) · width). The attention, (batch, tokens), is the mean of a over the
        heads.

        Padding changes nothing, whatever x holds there, NaN as well. A text without any token has
        zeros, in the answer and in the attention, and no NaN in any gradient. What x holds may be
        in half precision: it is made float32 before the sums and the maximum.
        """
        attention = self.weights(x, there)
        x = x.masked_fill(~there[..., None], 0).float()  # a product with 0 leaves NaN what it is
        # The letters name the axes, and t, which the answer lacks, is summed over.
        heads = torch.einsum("bth,btw->bhw", attention, x).flatten(1)
        most = x.masked_fill(~there[..., None], -1e9).amax(dim=1)
        most = torch.where(there.any(dim=1, keepdim=True), most, 0.0)
        return torch.cat([heads, most], dim=1), attention.mean(dim=2)


class TextNetwork(nn.Module):
    """Predicts the logits of the classes.

    words, tags, subwords, ngrams: how many numbers each of the inputs takes, 0 included.
    counts: (classes,) how many texts of each class training has; the answer begins there.
    vectors: (words, size) word vectors to begin with; frozen: never change them.
    width, depth: neurons in a hidden layer, and how many of these layers there are.
    heads: of the attention. dropout: share of neurons, and of the bag's n-grams, that are dropped
    in training. word_dropout: share of the words that are hidden in training, so that no single
    one is relied upon. bag_dropout: share of the texts for which training hides the whole bag:
    otherwise the upper line would leave all work to it.

    Inputs, as `text.batches` makes them:
        token_ids  (batch, tokens) int, which of the batch's tokens stands there; 0 beyond the end
        tokens     (1, distinct, columns) int, what is known of each of them, see `COLUMNS`; the
                   first stands for no token. One table for the whole batch: each distinct token
                   is described once, however often it is used
        ngrams     (batch, most) int, the n-grams of each text; 0 beyond the last
        weights    (batch, most) float, what each of them weighs
    Output: (batch, classes) float32.

    Raises UserError for an unknown activation.

    >>> network = TextNetwork(10, 5, 20, 30, torch.tensor([3.0, 1.0]))
    >>> tokens = torch.zeros(1, 3, sum(COLUMNS.values()), dtype=torch.int32)
    >>> token_ids = torch.tensor([[1, 2, 1], [2, 0, 0]])
    >>> ngrams = torch.tensor([[7, 8], [9, 0]])
    >>> network(token_ids, tokens, ngrams, torch.tensor([[0.6, 0.8], [1.0, 0.0]])).shape
    torch.Size([2, 2])
    """

    def __init__(
        self,
        words: int,
        tags: int,
        subwords: int,
        ngrams: int,
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
        self.embed = TokenEmbedding(
            words, tags, subwords, width=width, size=size, vectors=vectors, frozen=frozen
        )
        self.word_dropout = RowDropout(word_dropout)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, 3, padding=1) for _ in range(depth))
        self.activation = activation_function(activation)
        self.attention = AttentionPooling(width, heads)
        self.dropout = nn.Dropout(dropout)
        self.answer = nn.Linear((heads + 1) * width, len(counts))
        self.bag = nn.EmbeddingBag(ngrams, len(counts), mode="sum", padding_idx=0)
        self.bag_dropout = RowDropout(bag_dropout)
        # The bag's many weights begin at 0 and take small steps: what they add up to counts ten
        # times, and that factor is learned too.
        self.scale = nn.Parameter(torch.tensor(10.0))
        # An untrained network answers the shares of the classes.
        nn.init.zeros_(self.bag.weight)
        nn.init.zeros_(self.answer.weight)
        share = (counts.float() + 1) / (counts.float() + 1).sum()
        self.answer.bias = nn.Parameter(share.log())

    def forward(self, token_ids: Tensor, tokens: Tensor, ngrams: Tensor, weights: Tensor) -> Tensor:
        read, _ = self.read(token_ids, tokens)
        bag = self.bag(ngrams, per_sample_weights=self.dropout(weights))
        return self.answer(self.dropout(read)).float() + self.scale * self.bag_dropout(bag)

    def read(self, token_ids: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the words come to, (batch, any), and the attention, (batch, tokens)."""
        there = token_ids > 0
        # Each distinct token is described once, and then put wherever it stands.
        x = F.embedding(token_ids, self.embed(tokens.squeeze(0)))  # (batch, tokens, width)
        x = self.word_dropout(x) * there[..., None]
        for layer in self.layers:
            found = self.activation(layer(self.dropout(x).mT).mT)
            x = (x + found) * there[..., None]  # a skip connection; beyond the end stays nothing
        return self.attention(x, there)
