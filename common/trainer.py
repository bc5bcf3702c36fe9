"""The training loop, in plain PyTorch. Read `_train_epoch`, then `fit` above it.

    each batch:  learning rate, forward, loss, backward, clipping, optimizer step, zero_grad
    each epoch:  validation, best weights, stopping

What they call lies in `common/step.py` (the five lines of a step), `common/early_stopping.py` and,
one subject a file, in `common/training/`. Words of the loop:

    session   what one call of fit works with: data, optimizer, clock, history
    position  how far it is: the epoch, the step within it; a checkpoint keeps it
    window    the batches of one optimizer step: one, or `accumulate` of them
    ranks     the processes that train together (torchrun): one, as a rule
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from common.device import pick_device
from common.early_stopping import early_stopping
from common.errors import UserError
from common.step import training_step
from common.training import ranks
from common.training.augmented import Augment
from common.training.batches import epoch_seed, windows
from common.training.checks import check_kind_of_loss, check_model
from common.training.compiling import Compiled, check_compiler
from common.training.determinism import reproducible
from common.training.freed_memory import keep_freed_memory
from common.training.generators import seed_generators, set_random_state
from common.training.gradients import average_gradients, clipping
from common.training.history import History
from common.training.mixed_precision import in_bf16
from common.training.model_state import in_mode
from common.training.prediction import Unlabelled, predict, predict_batches
from common.training.schedule import one_cycle
from common.training.session import Pairs, Session, open_session
from common.training.setting_checks import check_metrics, check_settings
from common.training.validation import Metric
from common.training.weighting import FunctionLoss, counts


class Trainer:
    """Trains a model with any loss, and keeps the weights that did best on the validation part.

    The loss is any callable `(prediction, target) -> scalar`; the model is called with X, or with
    the tensors of X one by one where X is a tuple of them. Where it returns several outputs, the
    loss and the metrics take them as they come, a tuple for example.

    - `lr`: the peak of the one-cycle learning rate. `optimizer` replaces AdamW: a function of the
      list of parameters; then the learning rate of each of its groups is the peak, and `lr` and
      `weight_decay` are not used.
    - `minutes`: a deadline for `fit`, the last validation included. Where it cuts the training
      short, the learning rate still completes its cycle, led by the clock.
    - `patience`: stop after so many epochs without a better `monitor`: "valid_loss" or the name of
      a metric (`higher_is_better` says which way).
    - `metrics`: names, and functions of the predictions and targets of the whole validation part;
      or objects with `reset()`, `update(prediction, target)` for each batch, and `compute()`.
    - `clip`: the largest norm of the gradient. `accumulate`: batches for each step of the
      optimizer, weighted by what the loss divides by, its rows as a rule, so that 4 batches of 64
      act as one of 256; a loss for which that cannot be is refused. `training/weighting.py` says
      how a loss tells its weight, which counts in the mean over a validation part too.
    - `bf16`: mixed precision: the model (not the loss) computes in bfloat16 where that is safe.
    - `compile`: PyTorch compiles the model (`torch.compile`), which takes its time before the
      first step; weights and checkpoints are the same. What dropout draws is not.
    - `augment`: changes the inputs of a training batch at random: a function of the inputs (a tuple
      of tensors), of their rows' numbers and of the epoch. What it draws from these two alone is
      the same for any number of ranks, and for a training that is resumed.
    - `workers`: processes that read a Dataset. With none, everything is reproducible; with some,
      what a Dataset draws at random depends on their number, and on where it was resumed.
    - `checkpoint`: a file for the training's whole state, written at most every
      `checkpoint_every` seconds (0: at every step) and at the end; see `fit(resume=True)`.
    - `deterministic`: choose algorithms that give the same result every time. The order of the
      rows, the draws of dropout, and what is drawn from NumPy's and Python's generators come from
      `seed` either way; a generator that a loader or Dataset holds is seeded by its owner.
    - `progress`: show a bar or none; a function is told the share of the epochs that is done.
    - `clock`: seconds that only go forward; another one is of use in tests.

    Raises UserError for settings that make no sense, and `nonfinite.NonFiniteLossError` when a loss
    or its gradient is not finite: it names the epoch, the step and the rows.

    >>> X = torch.linspace(-1, 1, 64).unsqueeze(1)
    >>> model = nn.Linear(1, 1)
    >>> trainer = Trainer(model, nn.L1Loss(), lr=0.1, epochs=30, batch_size=8, progress=False)
    >>> history = trainer.fit((X, 3 * X + 1))
    >>> trainer.predict(torch.tensor([[2.0]])).round()
    tensor([[7.]])
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Callable[[Tensor, Tensor], Tensor],
        *,
        lr: float = 1e-3,
        epochs: int = 20,
        batch_size: int = 256,
        device: str | torch.device = "auto",
        seed: int = 0,
        minutes: float | None = None,
        patience: int | None = None,
        metrics: dict[str, Metric] | None = None,
        monitor: str = "valid_loss",
        higher_is_better: bool = False,
        optimizer: Callable[[list[nn.Parameter]], torch.optim.Optimizer] | None = None,
        weight_decay: float = 0.01,
        clip: float | None = None,
        accumulate: int = 1,
        bf16: bool = False,
        compile: bool = False,
        augment: Augment | None = None,
        workers: int = 0,
        progress: bool | Callable[[float], None] = True,
        tensorboard: str | Path | None = None,
        checkpoint: str | Path | None = None,
        checkpoint_every: float = 30.0,
        deterministic: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = pick_device(device)
        if self.device.type == "cpu":
            keep_freed_memory()
        check_model(model)
        check_kind_of_loss(loss)
        check_metrics(metrics or {})
        self.model = model.to(self.device)
        self.loss = loss if isinstance(loss, nn.Module) else FunctionLoss(loss)
        if compile:
            check_compiler(self.device)
        called = Compiled(self.model, told=progress is True) if compile else self.model
        # What the loop calls: the model itself, unless it is compiled or computes in bfloat16.
        self.forward = in_bf16(called, self.device) if bf16 else called
        for module in (self.loss, *(metrics or {}).values()):
            if isinstance(module, nn.Module):
                module.to(self.device)
        self.lr, self.epochs, self.batch_size, self.seed = lr, epochs, batch_size, seed
        self.minutes, self.patience, self.metrics = minutes, patience, dict(metrics or {})
        self.monitor, self.higher_is_better = monitor, higher_is_better
        self.optimizer, self.weight_decay, self.clip = optimizer, weight_decay, clip
        self.accumulate, self.workers, self.bf16, self.compile = accumulate, workers, bf16, compile
        self.augment = augment
        self.progress, self.tensorboard, self.clock = progress, tensorboard, clock
        self.checkpoint, self.checkpoint_every = checkpoint, checkpoint_every
        self.deterministic = deterministic
        self.history = History()
        check_settings(self)

    @torch.inference_mode(False)  # also within a caller's no_grad
    @torch.enable_grad()
    def fit(self, data: Pairs, *, valid: Pairs | None = None, resume: bool = False) -> History:
        """Train the model on `data` and leave it with the weights that did best on `valid`.

        Both are a pair (X, y), where X is a tensor or a tuple of tensors, or a map-style Dataset
        of pairs (x, y), or anything that yields batches (x, y) each time it is walked through.
        `set_epoch(epoch)` is called on a Dataset or an iterable that has it, and after each step
        `heed(rows, prediction, target)`, see `training/feedback.py`.

        With `resume` the training goes on from the file `checkpoint` if there is one, exactly as
        if it had never been stopped: on the CPU the weights come out the same, bit for bit, but
        where a loader's persistent workers draw at random, for they keep that to themselves. What
        no checkpoint keeps of a model, such as a list, is named. Without, it starts anew from the
        model's weights, and the file is overwritten.

        A part of the model that is in evaluation while the model is in training stays so, such as
        a frozen BatchNorm. Ctrl+C, too, leaves the model with its best weights.

        Raises UserError for data that cannot be trained on, and for a checkpoint of another
        training: other data, another model, other settings.
        """
        with ExitStack() as stack:  # at its end all that is entered here is undone, come what may
            stack.enter_context(in_mode(self.model, training=True))  # a file's weights are of it
            session = open_session(self, data, valid, resume, ranks.current())
            self.history = history = session.history
            position = history.position
            stack.enter_context(reproducible(self.device, deterministic=self.deterministic))
            stack.push(session.leave_best)  # at the end, the best weights go back into the model
            stack.callback(session.close)
            stack.enter_context(session.ranks.interruptible())
            stack.enter_context(session.losses.in_plain_words())
            if self.clip is not None:  # gradients are clipped right before the optimizer's step
                clip = clipping(session.parameters, self.clip)
                stack.callback(session.optimizer.register_step_pre_hook(clip).remove)
            if session.valid and self.minutes and not history.stopped:
                session.deadline.validation = session.valid.estimate()
            while not history.stopped:
                self._train_epoch(session)

                # Validation. The epoch's row in the history has its loss and metrics.
                epoch = position.epoch + 1
                row = {"epoch": epoch, "lr": session.optimizer.param_groups[0]["lr"]}
                row["train_loss"] = session.losses.mean()
                if session.valid:
                    row |= session.valid.run(epoch)
                row["seconds"] = session.deadline.elapsed() - sum(history.column("seconds"))
                history.rows.append(row)
                if session.board:
                    session.board.add(row)

                # Best weights: a copy is kept. Too long without better ones ends the training.
                best, out_of_patience = 0, False
                if session.valid:
                    best, out_of_patience = early_stopping(
                        history.column(self.monitor),
                        self.patience,
                        higher_is_better=self.higher_is_better,
                    )
                if best == epoch:
                    session.keep_best()
                history.best_epoch = best or epoch

                # Stopping.
                position.next_epoch()
                if epoch == self.epochs:
                    history.stopped = "epochs"
                elif out_of_patience:
                    history.stopped = "patience"
                elif session.out_of_time():
                    history.stopped = "deadline"
                session.save_if_due(session.deadline.clock())
        return history

    def _train_epoch(self, session: Session) -> None:
        """Take the batches of one epoch, or those that are left of it."""
        position, optimizer = session.history.position, session.optimizer
        # Each epoch draws random numbers of its own, and the same ones when it is run again.
        seed_generators(epoch_seed(self.seed, position.epoch), self.device)
        batches = session.ranks.batches(session.train, position, self.seed, self.device)
        if session.generators and position.step:  # resuming in the middle of an epoch
            set_random_state(session.generators, self.device)
        session.generators = {}
        session.now = session.deadline.clock()
        for window in windows(batches, self.accumulate):  # a window is one step: one batch, mostly
            # Learning rate: it rises and falls once, by the steps taken or by the clock.
            progress = position.progress(self.epochs, self.accumulate)
            session.rates.scale(one_cycle(max(progress, session.deadline.share())))

            whole: float | Tensor = 0  # what the window weighs in the mean: its rows, as a rule
            for batch in window:
                inputs, target, rows = batch
                # What the batch weighs. Its rows are kept, to name them if the loss is not finite.
                weight = session.losses.begin(batch)
                if not session.in_parts:  # one batch is a whole step, on one rank: the usual case
                    # Forward, loss, backward, clipping (a hook of the step), step, zero_grad.
                    loss = training_step(self.forward, self.loss, optimizer, inputs, target)
                else:
                    # A micro-step: the gradients of a window of batches, and of the ranks' shares
                    # of each, add up, as those of a sum over their rows; step and zero_grad follow
                    # after the window.
                    with session.part_of_window():
                        prediction = session.forward(*inputs)
                        value = self.loss(prediction, target)
                        session.ranks.backward(value, weight, prediction)
                    session.losses.check_part()
                    loss = value.detach()
                    del prediction, value
                whole += weight
                session.losses.add(loss, len(target), weight)
                session.feedback.tell(rows, target)  # to a Dataset that wants to know
                del batch, inputs, target, loss  # so that the next one can take their memory

                session.time_batch()  # and redraw the bar if that is due
                if session.out_of_time():
                    break
            if session.in_parts:
                divisor = session.losses.settle(whole)
                if counts(divisor):  # there may be no row to learn from, as where all are ignored
                    average_gradients(session.parameters, divisor)
                    optimizer.step()  # clips the gradient first
                    optimizer.zero_grad()

            session.time_window()
            session.save_if_due(session.now)
            if session.out_of_time():
                break
        session.losses.read()  # those that still wait on an accelerator
        session.ranks.share_statistics(self.model)
        if position.step == 0:
            raise UserError(f"the training data yields no batches in epoch {position.epoch + 1}")

    def predict(self, X: Unlabelled, *, batch_size: int | None = None) -> Tensor:
        """Return the model's output for every row, in order, as one tensor on the CPU.

        X is what the model takes, without targets: a tensor, or a tuple of tensors for a model of
        several inputs; a map-style Dataset of inputs, whose items are tuples if there are several;
        or an iterable of batches of inputs.
        """
        return predict(self.model, X, **self._inference(batch_size))

    def predict_batches(self, X: Unlabelled, *, batch_size: int | None = None) -> Iterator[Tensor]:
        """Yield what `predict` returns batch by batch: memory does not grow with the rows."""
        return predict_batches(self.model, X, **self._inference(batch_size))

    def _inference(self, batch_size: int | None) -> dict[str, Any]:
        size = batch_size or self.batch_size
        settings = {"device": self.device, "workers": self.workers, "bf16": self.bf16}
        return {"batch_size": size, **settings}
