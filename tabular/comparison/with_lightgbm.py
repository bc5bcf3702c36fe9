"""By LightGBM, told the loss: its gradient in each flat's log price, which PyTorch works out."""

import numpy as np
import torch

from tabular.loss import MoneyCostLoss


def train(prepared, settings):
    """Grow trees; return what values a batch of flats."""
    import lightgbm

    loss = MoneyCostLoss(**settings.error_cost(), reduction="none")
    start = float(np.median(prepared.preprocessing.log_price))

    def table(inputs):
        return np.hstack([tensor.cpu().numpy() for tensor in inputs[:2]])

    def gradients(price, said):
        log_price = torch.tensor(said, requires_grad=True)
        cost = loss(log_price, torch.tensor(price)).sum()
        (slope,) = torch.autograd.grad(cost, log_price)
        # No second derivative but 0: a leaf goes by what most of its money says.
        return slope.numpy(), slope.abs().numpy() + 1e-6

    def mean_cost(price, said):
        costs = loss(torch.tensor(said), torch.tensor(price))
        return "cost", costs.mean().item(), False

    inputs, price = prepared.train_data
    valid_inputs, valid_price = prepared.valid_data
    trees = lightgbm.LGBMRegressor(
        objective=gradients,
        n_estimators=3000,
        learning_rate=0.05,
        n_jobs=torch.get_num_threads(),
        seed=settings.seed,
        verbose=-1,
    )
    trees.fit(
        table(inputs),
        price.double().numpy(),
        init_score=np.full(len(price), start),
        eval_X=table(valid_inputs),
        eval_y=valid_price.double().numpy(),
        eval_init_score=[np.full(len(valid_price), start)],
        eval_metric=mean_cost,
        callbacks=[lightgbm.early_stopping(50, verbose=False)],
    )
    return lambda *inputs: torch.from_numpy(start + trees.predict(table(inputs)))
