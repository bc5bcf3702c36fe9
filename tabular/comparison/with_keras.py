"""In Keras: the same network, loss and schedule."""

from common.keras_backend import keras
from tabular.keras_loss import MoneyCost

FEATURES = 8
"""Numbers that a category is embedded in."""


def plain_network(prepared, settings):
    """Numbers and embedded categories, through hidden layers, to the log price."""
    fitted = prepared.preprocessing
    numbers = keras.Input((fitted.width,))
    categories = keras.Input((len(fitted.categories.sizes),), dtype="int32")
    columns = [
        keras.layers.Embedding(size, FEATURES)(categories[:, place])
        for place, size in enumerate(fitted.categories.sizes)
    ]
    x = keras.ops.concatenate([numbers, *columns], axis=1)
    for _ in range(settings.depth):
        x = keras.layers.Dense(settings.width, activation="relu")(x)
        x = keras.layers.Dropout(settings.dropout)(x)
    answer = keras.layers.Dense(1)(x)[:, 0]
    mean = float(fitted.log_price.mean())
    std = float(fitted.log_price.std())
    return keras.Model([numbers, categories], answer * std + mean)


def train(prepared, settings):
    """Train; return what values a batch of flats."""
    keras.utils.set_random_seed(settings.seed)
    network = plain_network(prepared, settings)
    inputs, price = prepared.train_data
    valid_inputs, valid_price = prepared.valid_data
    steps = settings.epochs * -(-len(price) // settings.batch_size)
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
        loss=MoneyCost(**settings.error_cost()),
    )
    best = keras.callbacks.EarlyStopping(patience=settings.epochs, restore_best_weights=True)
    network.fit(
        [tensor.numpy() for tensor in inputs[:2]],
        price.numpy(),
        validation_data=(
            [tensor.numpy() for tensor in valid_inputs[:2]],
            valid_price.numpy(),
        ),
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        callbacks=[best],
        verbose=0,
    )
    return lambda numbers, categories, *_: network([numbers, categories])
