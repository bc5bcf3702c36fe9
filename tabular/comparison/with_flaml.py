"""By FLAML: three lines, and the loss that it was built with."""

import numpy as np
import torch


def train(prepared, settings):
    """Search for a model; return what values a batch of flats."""
    from flaml import AutoML

    def table(inputs):
        return np.hstack([tensor.cpu().numpy() for tensor in inputs[:2]])

    inputs, price = prepared.train_data
    valid_inputs, valid_price = prepared.valid_data
    search = AutoML()
    search.fit(
        table(inputs),
        np.log(price.numpy()),
        X_val=table(valid_inputs),
        y_val=np.log(valid_price.numpy()),
        task="regression",
        metric="mae",
        estimator_list=["lgbm", "rf", "extra_tree"],
        time_budget=60 * settings.minutes,
        n_jobs=torch.get_num_threads(),
        seed=settings.seed,
        verbose=0,
    )
    return lambda *inputs: torch.from_numpy(search.predict(table(inputs)))
