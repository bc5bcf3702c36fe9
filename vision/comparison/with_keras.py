"""In Keras: the same network, loss and schedule."""

from torch.utils.data import DataLoader, Dataset, TensorDataset

from common.keras_backend import keras
from vision.keras_loss import Tversky


def convolution(x, outputs, stride=1):
    """A convolution, batch normalisation and ReLU."""
    x = keras.layers.Conv2D(outputs, 3, stride, padding="same", use_bias=False)(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization()(x))


def plain_unet(channels, width, depth):
    """Halves the picture `depth` + 1 times, and comes back; channels are last."""
    pictures = keras.Input((3, None, None))
    x = keras.layers.Rescaling(1 / 255, offset=-0.5)(pictures)
    x, skips = keras.layers.Permute((2, 3, 1))(x), []
    widths = [width * min(2**level, 8) for level in range(depth + 1)]
    for outputs in widths:
        x = convolution(x, outputs, stride=2)
        skips.append(x)
    skips.pop()
    for outputs in reversed(widths[:-1]):
        x = keras.layers.UpSampling2D()(x)
        x = keras.layers.Concatenate()([x, skips.pop()])
        x = convolution(x, outputs)
    scores = keras.layers.Conv2D(channels, 1)(x)
    scores = keras.layers.UpSampling2D(interpolation="bilinear")(scores)
    return keras.Model(pictures, scores)


def loader(data, batch_size, shuffle=False):
    """Batches of what the Trainer takes: a Dataset, or two tensors."""
    pairs = data if isinstance(data, Dataset) else TensorDataset(*data)
    return DataLoader(pairs, batch_size, shuffle=shuffle)


def train(prepared, settings):
    """Train; return what scores the pixels of a batch of pictures."""
    keras.utils.set_random_seed(settings.seed)
    channels = prepared.preprocessing.channels
    network = plain_unet(channels, settings.width, settings.depth)
    data = prepared.train_data
    batches = loader(data, settings.batch_size, shuffle=True)
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
        loss=Tversky(alpha=settings.alpha, beta=settings.beta),
    )
    best = keras.callbacks.EarlyStopping(patience=settings.epochs, restore_best_weights=True)
    augmented = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, _: getattr(data, "set_epoch", int)(epoch)
    )
    network.fit(
        batches,
        validation_data=loader(prepared.valid_data, settings.batch_size),
        epochs=settings.epochs,
        callbacks=[best, augmented],
        shuffle=False,  # the batches come shuffled
        verbose=0,
    )
    return lambda pictures: network(pictures).permute(0, 3, 1, 2)
