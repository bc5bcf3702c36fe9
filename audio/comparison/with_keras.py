"""In Keras: the same network, loss and schedule."""

from audio.keras_loss import MultiResolutionSTFT
from common.keras_backend import keras

WINDOW, HOP, CONTEXT = 512, 256, 7
BINS = WINDOW // 2 + 1
ops = keras.ops


class PlainMask(keras.Model):
    """Convolutions over the frames of log spectra, and a mask from 0 to 1."""

    def __init__(self, width, depth):
        super().__init__()
        self.hidden = [
            keras.layers.Conv1D(width, CONTEXT, padding="same", activation="relu")
            for _ in range(depth + 1)
        ]
        self.mask = keras.layers.Conv1D(BINS, 1, activation="sigmoid")

    def call(self, noisy):
        real, imaginary = ops.stft(noisy, WINDOW, HOP, WINDOW)
        loud = ops.log(ops.square(real) + ops.square(imaginary) + 1e-6)
        x = loud - ops.mean(loud, axis=(1, 2), keepdims=True)
        for layer in self.hidden:
            x = layer(x)
        mask = self.mask(x)
        clean = real * mask, imaginary * mask
        return ops.istft(clean, WINDOW, HOP, WINDOW, length=noisy.shape[1])


def endless(batches):
    """Yield (noisy, clean), epoch after epoch, each mixed anew."""
    epoch = 0
    while True:
        batches.set_epoch(epoch)
        yield from ((x.numpy(), y.numpy()) for x, y in batches)
        epoch += 1


def train(prepared, settings):
    """Train; return what cleans a batch of sounds."""
    keras.utils.set_random_seed(settings.seed)
    network = PlainMask(settings.width, settings.depth)
    batches = prepared.train_data
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
        loss=MultiResolutionSTFT(),
    )
    best = keras.callbacks.EarlyStopping(patience=settings.epochs, restore_best_weights=True)
    network.fit(
        endless(batches),
        steps_per_epoch=len(batches),
        validation_data=tuple(tensor.numpy() for tensor in prepared.valid_data),
        validation_batch_size=settings.batch_size,
        epochs=settings.epochs,
        callbacks=[best],
        shuffle=False,  # the batches come shuffled
        verbose=0,
    )
    return network
