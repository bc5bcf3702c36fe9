"""Each loss against an independent reference, and the traps of the field."""

import itertools

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch.nn import functional as F

from common.loss_registry import WeightedSumLoss
from vision.loss import (
    IGNORE_INDEX,
    BoundaryWeightedLoss,
    CrossEntropyLoss,
    DiceLoss,
    FocalLoss,
    FocalTverskyLoss,
    TverskyLoss,
)
from vision.pixel_loss import edges

LOSSES = {
    "cross_entropy": CrossEntropyLoss,
    "focal": FocalLoss,
    "boundary": BoundaryWeightedLoss,
    "tversky": TverskyLoss,
    "dice": DiceLoss,
    "focal_tversky": FocalTverskyLoss,
    "sum": lambda **arguments: WeightedSumLoss(
        [(1.0, TverskyLoss()), (0.5, FocalLoss())], **arguments
    ),
}
OVERLAPS = ["tversky", "dice", "focal_tversky"]


@pytest.fixture(params=LOSSES, ids=str)
def loss_class(request):
    return LOSSES[request.param]


@pytest.fixture(params=[1, 3], ids=["binary", "three classes"])
def channels(request):
    return request.param


def scene(channels=1, *, batch=3, dtype=torch.float64, seed=0):
    """Scores, and masks with a thing in each but the last."""
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(batch, channels, 12, 10, generator=generator, dtype=dtype)
    masks = torch.zeros(batch, 12, 10, dtype=torch.uint8)
    for picture in range(batch - 1):
        masks[picture, 2 + picture : 6, 3:7] = 1
        masks[picture, 8:10, 1:4] = channels - 1
    return logits, masks


def with_unknown(masks):
    masks = masks.clone()
    masks[:, :3, 2:5] = IGNORE_INDEX
    return masks


def one_hot(masks, channels):
    if channels == 1:
        return masks.unsqueeze(1).double()
    return F.one_hot(masks.long(), channels).movedim(-1, 1).double()


def numpy_parts(logits, masks, channels):
    """Sums of p t, p (1 - t) and (1 - p) t for each picture and class, known pixels only."""
    z = logits.double().numpy()
    if channels == 1:
        p, classes = 1 / (1 + np.exp(-z)), [1]
    else:
        p = np.exp(z - z.max(1, keepdims=True))
        p, classes = (p / p.sum(1, keepdims=True))[:, 1:], range(1, channels)
    known = masks.numpy() != IGNORE_INDEX
    t = np.stack([masks.numpy() == label for label in classes], axis=1)
    parts = (p * t, p * ~t, (1 - p) * t)
    return [(part * known[:, None]).sum((2, 3)) for part in parts]


# --- values, against somebody else's implementation -------------------------------------------


def test_cross_entropy_is_torchs():
    logits, masks = scene(3)
    torch.testing.assert_close(
        CrossEntropyLoss()(logits, masks), F.cross_entropy(logits, masks.long())
    )
    logits, masks = scene(1)
    expected = F.binary_cross_entropy_with_logits(logits[:, 0], masks.double())
    torch.testing.assert_close(CrossEntropyLoss()(logits, masks), expected)


def test_cross_entropy_of_what_is_known_is_torchs():
    logits, masks = scene(3)
    masks = with_unknown(masks)
    expected = F.cross_entropy(logits, masks.long(), ignore_index=IGNORE_INDEX)
    torch.testing.assert_close(CrossEntropyLoss()(logits, masks), expected)


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_focal_is_monais(channels, gamma):
    import monai.losses

    logits, masks = scene(channels)
    reference = monai.losses.FocalLoss(gamma=gamma, use_softmax=channels > 1)
    # MONAI computes in float32, and takes the mean over classes too: all but one are zero.
    expected = reference(logits, one_hot(masks, channels)) * channels
    torch.testing.assert_close(FocalLoss(gamma=gamma)(logits, masks).float(), expected)


def test_focal_weighs_the_classes_as_monai_does():
    import monai.losses

    logits, masks = scene(1)
    expected = monai.losses.FocalLoss(gamma=2.0, alpha=0.8)(logits, one_hot(masks, 1))
    torch.testing.assert_close(FocalLoss(alpha=0.8)(logits, masks).float(), expected)


def test_focal_of_gamma_zero_is_cross_entropy(channels):
    logits, masks = scene(channels)
    torch.testing.assert_close(FocalLoss(gamma=0)(logits, masks), CrossEntropyLoss()(logits, masks))


def test_focal_divides_by_the_known_pixels(channels):
    logits, masks = scene(channels)
    masks = with_unknown(masks)
    ids = torch.where(masks == IGNORE_INDEX, 0, masks).long()
    p = logits.sigmoid() if channels == 1 else logits.softmax(1)
    p = torch.cat([1 - p, p], 1) if channels == 1 else p
    p = p.gather(1, ids[:, None])[:, 0].numpy()
    known = masks.numpy() != IGNORE_INDEX
    expected = (-((1 - p) ** 2) * np.log(p) * known).sum((1, 2)) / known.sum((1, 2))
    np.testing.assert_allclose(FocalLoss(reduction="none")(logits, masks), expected, rtol=1e-9)


@pytest.mark.parametrize(("alpha", "beta"), [(0.3, 0.7), (0.9, 0.2)])
def test_tversky_is_monais(channels, alpha, beta):
    import monai.losses

    logits, masks = scene(channels)
    reference = monai.losses.TverskyLoss(
        include_background=channels == 1,
        sigmoid=channels == 1,
        softmax=channels > 1,
        alpha=alpha,
        beta=beta,
        smooth_nr=1.0,
        smooth_dr=1.0,
    )
    expected = reference(logits, one_hot(masks, channels))
    torch.testing.assert_close(TverskyLoss(alpha=alpha, beta=beta)(logits, masks), expected)


def test_dice_is_monais(channels):
    import monai.losses

    logits, masks = scene(channels)
    reference = monai.losses.DiceLoss(
        include_background=channels == 1,
        sigmoid=channels == 1,
        softmax=channels > 1,
        smooth_nr=1.0,
        smooth_dr=1.0,
    )
    torch.testing.assert_close(
        DiceLoss()(logits, masks), reference(logits, one_hot(masks, channels))
    )


def test_tversky_of_what_is_known_is_numpys(channels):
    logits, masks = scene(channels)
    masks = with_unknown(masks)
    hit, false, missed = numpy_parts(logits, masks, channels)
    index = (hit + 2.0) / (hit + 0.2 * false + 0.9 * missed + 2.0)
    loss = TverskyLoss(alpha=0.2, beta=0.9, smooth=2.0, reduction="none")
    np.testing.assert_allclose(loss(logits, masks), (1 - index).mean(1), rtol=1e-9)


@pytest.mark.parametrize("power", [0.75, 2.0])
def test_focal_tversky_is_the_mean_of_the_powers(channels, power):
    logits, masks = scene(channels)
    hit, false, missed = numpy_parts(logits, masks, channels)
    index = (hit + 1) / (hit + 0.3 * false + 0.7 * missed + 1)
    loss = FocalTverskyLoss(gamma=power, reduction="none")
    np.testing.assert_allclose(loss(logits, masks), ((1 - index) ** power).mean(1), rtol=1e-9)


def test_boundary_weights_are_those_of_scipys_distance(channels):
    logits, masks = scene(channels)
    expected = []
    for z, mask in zip(logits, masks.numpy(), strict=True):
        touching = np.zeros(mask.shape, bool)
        for y, x in np.ndindex(*mask.shape):
            for other in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                inside = 0 <= other[0] < mask.shape[0] and 0 <= other[1] < mask.shape[1]
                touching[y, x] |= inside and mask[other] != mask[y, x]
        distance = ndimage.distance_transform_cdt(~touching, metric="chessboard").astype(float)
        distance[distance > 6 if touching.any() else slice(None)] = np.inf
        weight = 1 + 5 * np.exp(-(distance**2) / (2 * 2.0**2))
        if channels == 1:
            values = F.binary_cross_entropy_with_logits(
                z[0], torch.tensor(mask).double(), reduction="none"
            )
        else:
            ids = torch.tensor(mask)[None].long()
            values = F.cross_entropy(z[None], ids, reduction="none")[0]
        expected.append((weight * values.numpy()).sum() / weight.sum())
    loss = BoundaryWeightedLoss(extra=5, reach=2, reduction="none")
    np.testing.assert_allclose(loss(logits, masks), expected, rtol=1e-6)


def test_what_is_unknown_makes_no_boundary():
    ids = torch.zeros(1, 5, 5, dtype=torch.int64)
    known = torch.ones(1, 5, 5, dtype=torch.bool)
    known[0, 2, 2] = False
    assert not edges(known, ids).any()


def test_a_sum_is_the_sum():
    logits, masks = scene(3)
    both = WeightedSumLoss([(0.25, DiceLoss()), (2.0, CrossEntropyLoss())])(logits, masks)
    expected = 0.25 * DiceLoss()(logits, masks) + 2 * CrossEntropyLoss()(logits, masks)
    torch.testing.assert_close(both, expected)


# --- properties ------------------------------------------------------------------------------


def test_alpha_prices_false_pixels_and_beta_missed_ones():
    sure = torch.full((1, 1, 4, 4), -50.0, dtype=torch.float64)
    sure[0, 0, :2] = 50.0  # 8 pixels marked
    mask = torch.zeros(1, 4, 4, dtype=torch.uint8)
    mask[0, 1:3, :3] = 1  # 6 true ones: 3 hit, 5 false, 3 missed
    loss = TverskyLoss(alpha=0.1, beta=2.0, smooth=1e-9)(sure, mask)
    assert loss.item() == pytest.approx(1 - 3 / (3 + 0.1 * 5 + 2.0 * 3))


def test_classes_are_not_pooled():
    """A large class that is right must not hide a small one that is all missed."""
    mask = torch.ones(1, 10, 10, dtype=torch.uint8)
    mask[0, 0, 0] = 2
    sure = torch.zeros(1, 3, 10, 10, dtype=torch.float64)
    sure[:, 1] = 50.0
    assert TverskyLoss(smooth=1e-9)(sure, mask).item() > 0.5


@pytest.mark.parametrize("name", OVERLAPS)
def test_a_false_pixel_costs_in_a_picture_with_nothing_to_find(name):
    empty = torch.zeros(1, 16, 16, dtype=torch.uint8)
    quiet = torch.full((1, 1, 16, 16), -20.0, requires_grad=True)
    loud = quiet.detach().clone()
    loud[0, 0, :4, :4] = 2.0
    loud.requires_grad_()
    loss = LOSSES[name]()(loud, empty)
    loss.backward()
    assert loss > 0.5 > 0.01 > LOSSES[name]()(quiet, empty)
    assert (loud.grad[0, 0, :4, :4] > 0).all()


@pytest.mark.parametrize("name", OVERLAPS)
def test_the_land_around_costs_nothing(name):
    """Ten times the land, rightly left alone, changes an overlap loss by nothing."""
    logits, masks = scene(1, batch=2)
    wide = F.pad(logits, (0, 100), value=-60.0), F.pad(masks, (0, 100))
    torch.testing.assert_close(LOSSES[name]()(*wide), LOSSES[name]()(logits, masks))
    assert CrossEntropyLoss()(*wide) < 0.2 * CrossEntropyLoss()(logits, masks)


def test_a_right_answer_costs_nothing(loss_class, channels):
    _, masks = scene(channels)
    sure = 200 * (one_hot(masks, channels) - 0.5)
    assert loss_class()(sure, masks).item() == pytest.approx(0, abs=1e-6)


def test_gradient_is_that_of_finite_differences(loss_class, channels):
    logits, masks = scene(channels, batch=2)
    logits, masks = logits[..., :5, :6].requires_grad_(), with_unknown(masks)[:, :5, :6]
    loss = loss_class(reduction="none")
    assert torch.autograd.gradcheck(lambda z: loss(z, masks), logits)


def test_gradient_of_the_straight_part_is_that_of_finite_differences():
    _, masks = scene(1)
    sure = (24 * (one_hot(masks, 1) - 0.5)).requires_grad_()
    loss = FocalTverskyLoss(reduction="none")
    assert loss.per_class(sure, masks).max() < 1e-3
    assert torch.autograd.gradcheck(lambda z: loss(z, masks), sure)


def test_mean_and_sum_are_those_of_none(loss_class, channels):
    logits, masks = scene(channels)
    masks = with_unknown(masks)
    each = loss_class(reduction="none")(logits, masks)
    assert each.shape == (3,)
    torch.testing.assert_close(loss_class()(logits, masks), each.mean())
    torch.testing.assert_close(loss_class(reduction="sum")(logits, masks), each.sum())


def test_a_picture_costs_the_same_in_any_company(loss_class, channels):
    logits, masks = scene(channels)
    alone = [loss_class()(logits[i : i + 1], masks[i : i + 1]) for i in range(len(masks))]
    torch.testing.assert_close(loss_class(reduction="none")(logits, masks), torch.stack(alone))


def test_order_of_the_batch_changes_nothing(loss_class, channels):
    logits, masks = scene(channels)
    shuffled = loss_class()(logits[[2, 0, 1]], masks[[2, 0, 1]])
    torch.testing.assert_close(shuffled, loss_class()(logits, masks))


def test_what_is_said_of_unknown_pixels_changes_nothing(loss_class, channels):
    logits, masks = scene(channels)
    masks = with_unknown(masks)
    other = logits.clone()
    other.movedim(1, -1)[masks == IGNORE_INDEX] = 77.0
    torch.testing.assert_close(loss_class()(other, masks), loss_class()(logits, masks))


@pytest.mark.parametrize("memory", ["channels_last", "strided"])
def test_non_contiguous_input_gives_the_same(loss_class, channels, memory):
    logits, masks = scene(channels)
    if memory == "strided":
        other = torch.stack([logits, logits], -1)[..., 0]
    else:
        other = logits.contiguous(memory_format=torch.channels_last)
    turned = masks.transpose(1, 2).contiguous().transpose(1, 2)
    torch.testing.assert_close(loss_class()(other, turned), loss_class()(logits, masks))


def test_any_whole_numbers_are_class_ids(loss_class, channels):
    logits, masks = scene(channels)
    masks = with_unknown(masks)
    assert masks.dtype == torch.uint8
    for dtype in (torch.int32, torch.int64):
        found = loss_class()(logits, masks.to(dtype))
        torch.testing.assert_close(found, loss_class()(logits, masks))


def test_inputs_are_left_alone(loss_class, channels):
    logits, masks = scene(channels)
    masks = with_unknown(masks)
    before = logits.clone(), masks.clone()
    loss_class()(logits.requires_grad_(), masks).backward()
    torch.testing.assert_close((logits.detach(), masks), before, rtol=0, atol=0)


# --- extremes --------------------------------------------------------------------------------


def test_extremes_are_finite_with_finite_gradients(loss_class, channels):
    _, mixed = scene(channels)
    fills = {"empty": 0, "full": max(channels - 1, 1), "unknown": IGNORE_INDEX}
    contents = {"mixed": mixed, **{name: torch.full_like(mixed, id) for name, id in fills.items()}}
    dtypes = (torch.float16, torch.bfloat16, torch.float32)
    for dtype, value, content in itertools.product(dtypes, (1e4, -1e4, 0.0), contents):
        logits = torch.zeros(3, channels, 12, 10, dtype=dtype)
        logits[:, 0] = value
        loss = loss_class()(logits.requires_grad_(), contents[content])
        loss.backward()
        case = dtype, value, content
        assert loss.isfinite(), case
        assert logits.grad.isfinite().all(), case
        assert loss.dtype == torch.float32, case


def test_a_batch_with_nothing_known_costs_nothing_and_teaches_nothing(loss_class, channels):
    logits, masks = scene(channels)
    logits.requires_grad_()
    loss = loss_class()(logits, torch.full_like(masks, IGNORE_INDEX))
    loss.backward()
    assert loss.item() == 0
    assert (logits.grad == 0).all()


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0])
def test_focal_has_a_slope_where_all_is_said(gamma):
    logits = torch.tensor([40.0, 1e4]).view(2, 1, 1, 1).requires_grad_()
    FocalLoss(gamma=gamma)(logits, torch.ones(2, 1, 1, dtype=torch.uint8)).backward()
    assert logits.grad.isfinite().all()


def test_sums_of_a_large_picture_do_not_overflow(loss_class):
    logits = torch.full((1, 1, 400, 400), 3.0, dtype=torch.float16)
    mask = torch.ones(1, 400, 400, dtype=torch.uint8)
    wide = loss_class()(logits.double(), mask)
    assert loss_class()(logits, mask).item() == pytest.approx(wide.item(), rel=1e-3)


def test_low_precision_input_is_computed_in_float32(loss_class, channels):
    logits, masks = scene(channels, dtype=torch.float32)
    narrow = loss_class()(logits.bfloat16(), masks)
    torch.testing.assert_close(narrow, loss_class()(logits.bfloat16().float(), masks))


def test_one_picture_of_one_pixel_is_finite(loss_class, channels):
    logits = torch.zeros(1, channels, 1, 1, requires_grad=True)
    loss = loss_class()(logits, torch.ones(1, 1, 1, dtype=torch.uint8))
    loss.backward()
    assert loss.isfinite()


@pytest.mark.parametrize("shape", [(3, 12, 1), (3, 1, 12, 10), (1, 12, 10)])
def test_shapes_that_would_broadcast_are_refused(loss_class, shape):
    logits, _ = scene(1)
    with pytest.raises(ValueError, match="expected"):
        loss_class()(logits, torch.zeros(shape, dtype=torch.uint8))


def test_masks_that_are_no_class_ids_are_refused(loss_class):
    logits, masks = scene(1)
    with pytest.raises(ValueError, match="class ids"):
        loss_class()(logits, masks.float())


def test_an_id_that_is_no_class_is_refused_and_never_taken_for_the_background(loss_class, channels):
    logits, masks = scene(channels)
    masks = masks.long()
    highest = max(channels, 2) - 1
    for strange in (-1, 3, -100, 254):
        masks[1, 3, 2] = strange
        said = f"holds {strange}, expected class ids from 0 to {highest}"
        with pytest.raises(ValueError, match=said):
            loss_class()(logits, masks)


@pytest.mark.parametrize("loss", [CrossEntropyLoss(), TverskyLoss(), BoundaryWeightedLoss()])
def test_where_ids_are_not_read_back_a_strange_one_makes_the_loss_nan(channels, loss, monkeypatch):
    """As on an accelerator, which only `check` can tell from a processor here."""
    monkeypatch.setattr(loss, "check", lambda prediction, target: None)
    logits, masks = scene(channels)
    masks = with_unknown(masks).long()
    assert torch.equal(loss.forward_unread(logits, masks), loss(logits, masks))
    masks[1, 3, 2] = 7
    assert loss.forward_unread(logits, masks).isnan()


def test_another_number_may_stand_for_what_nobody_knows(channels):
    logits, masks = scene(channels)
    for loss in (FocalLoss, BoundaryWeightedLoss, TverskyLoss, FocalTverskyLoss, DiceLoss):
        usual = loss()(logits, with_unknown(masks))
        other = with_unknown(masks).long()
        other[other == IGNORE_INDEX] = -100
        assert torch.equal(loss(ignore_index=-100)(logits, other), usual)


@pytest.mark.parametrize(
    "make",
    [
        lambda: TverskyLoss(alpha=-1),
        lambda: TverskyLoss(smooth=0),
        lambda: FocalLoss(gamma=-1),
        lambda: FocalLoss(alpha=2),
        lambda: FocalTverskyLoss(gamma=0),
        lambda: BoundaryWeightedLoss(reach=0),
        lambda: WeightedSumLoss([]),
        lambda: WeightedSumLoss([(-1.0, DiceLoss())]),
    ],
)
def test_prices_that_make_no_sense_are_refused(make):
    with pytest.raises(ValueError, match="expected"):
        make()
