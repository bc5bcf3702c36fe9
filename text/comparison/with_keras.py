"""In Keras: the same network, loss and schedule."""

from common.keras_backend import keras
from text.keras_loss import ExpectedCost
from text.ngrams import BUCKETS
from text.vocabulary import UNKNOWN


def plain_network(words, classes, size, width, depth, dropout):
    """Words and a convolution over three of them, beside a bag of n-grams."""
    texts = keras.Input((None,), dtype="int32")
    ngrams = keras.Input((None,), dtype="int32")
    weights = keras.Input((None,))
    x = keras.layers.Embedding(words, size)(texts)
    for _ in range(depth):
        x = keras.layers.Conv1D(width, 3, padding="same", activation="relu")(x)
    x = x * keras.ops.cast(texts > 0, "float32")[:, :, None]
    x = keras.layers.Dropout(dropout)(keras.ops.max(x, axis=1))
    bag = keras.layers.Embedding(BUCKETS, classes, embeddings_initializer="zeros")
    read = keras.layers.Dense(classes)(x)
    told = keras.ops.sum(bag(ngrams) * weights[:, :, None], axis=1)
    return keras.Model([texts, ngrams, weights], read + 10 * told)


def taken(inputs):
    """Return the words of a batch, (texts, tokens), 0 beyond the end; n-grams; weights."""
    token_ids, tokens, ngrams, weights = inputs
    return tokens[0, :, 0][token_ids.long()], ngrams, weights


def endless(batches):
    """Yield (inputs, class), epoch after epoch, each in an order of its own."""
    epoch = 0
    while True:
        batches.set_epoch(epoch)
        for inputs, labels in batches:
            yield tuple(x.numpy() for x in taken(inputs)), labels.numpy()
        epoch += 1


def train(prepared, settings):
    """Train; return what gives a batch of texts its logits."""
    keras.utils.set_random_seed(settings.seed)
    fitted = prepared.preprocessing
    network = plain_network(
        len(fitted.vocabulary.words) + UNKNOWN + 1,
        len(fitted.classes),
        settings.embedding,
        settings.width,
        settings.depth,
        settings.dropout,
    )
    batches, valid = prepared.train_data, prepared.valid_data
    steps = settings.epochs * len(batches)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.04 * settings.lr,
        decay_steps=steps - steps // 10,
        warmup_target=settings.lr,
        warmup_steps=steps // 10,
    )
    network.compile(
        optimizer=keras.optimizers.AdamW(
            schedule,
            weight_decay=settings.weight_decay,
            global_clipnorm=settings.clip,
        ),
        loss=ExpectedCost(fitted.costs.tolist(), ce_weight=settings.ce_weight),
    )
    best = keras.callbacks.EarlyStopping(
        patience=settings.patience or settings.epochs, restore_best_weights=True
    )
    network.fit(
        endless(batches),
        steps_per_epoch=len(batches),
        validation_data=endless(valid),
        validation_steps=len(valid),
        epochs=settings.epochs,
        callbacks=[best],
        shuffle=False,  # the batches come shuffled
        verbose=0,
    )
    return lambda *inputs: network(list(taken(inputs)))
