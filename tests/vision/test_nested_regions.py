"""Areas within areas, and which of them count."""

from itertools import combinations

import numpy as np
import pytest
from scipy import ndimage

from vision.candidates import Truth, nested_candidates
from vision.decision import Decision
from vision.nested_regions import LEVELS, SAME, likeliest, nested_areas
from vision.second_look import agreed

EIGHT = np.ones((3, 3))


def smooth(seed, side=40):
    rng = np.random.default_rng(seed)
    grey = ndimage.gaussian_filter(rng.standard_normal((side, side)), 2.0)
    return 1 / (1 + np.exp(-6 * (grey - grey.mean()) / grey.std()))


@pytest.mark.parametrize("seed", range(5))
def test_every_area_is_one_of_its_level_and_lies_in_its_parent(seed):
    likely = smooth(seed)
    mask = (likely > 0.3).astype(np.uint8)
    areas = nested_areas(mask, likely, 3)
    regions = []
    for i in range(len(areas.level)):
        there = areas.parts[areas.level[i]] == areas.number[i]
        regions.append(there)
        assert there.sum() == areas.pixels[i] >= 3
        assert ndimage.label(there, EIGHT)[1] == 1
        assert areas.centres[i].tolist() == pytest.approx(np.argwhere(there).mean(0)[::-1].tolist())
        assert areas.likely[i] == pytest.approx(likely[there].mean())
        parent = areas.parent[i]
        if areas.level[i] == 0:
            assert parent == -1
        else:
            assert likely[there].min() > LEVELS[areas.level[i] - 1]
            assert (regions[parent] >= there).all()
            assert areas.pixels[i] <= SAME * areas.pixels[parent]
    # What a level has and is not told is nearly the same as what it lies in.
    for level, above in enumerate((0.3, *LEVELS)):
        parts, count = ndimage.label(likely > above, EIGHT)
        for number in range(1, count + 1):
            there = parts == number
            if there.sum() >= 3:
                outer = min((r.sum() for r in regions if (r >= there).all()), default=0)
                assert there.sum() > SAME**level * outer - 1e-9 or outer == there.sum()


@pytest.mark.parametrize("seed", range(20))
def test_those_that_count_lie_beside_each_other_and_all_others_have_a_likelier_one(seed):
    likely = smooth(seed, 24)
    areas = nested_areas((likely > 0.3).astype(np.uint8), likely)
    judged = np.random.default_rng(seed).permutation(len(areas.level)).astype(float)
    kept = likeliest(areas.parent, judged)
    regions = [areas.parts[k] == n for k, n in zip(areas.level, areas.number, strict=True)]
    for a, b in combinations(np.flatnonzero(kept), 2):
        assert not (regions[a] & regions[b]).any()
    for i in np.flatnonzero(~kept):
        over = [j for j in np.flatnonzero(kept) if (regions[i] & regions[j]).any()]
        assert max(judged[j] for j in over) > judged[i]


class Wide:
    """Knows pads by their width: ten pixels."""

    weights = {}

    def __call__(self, image, centres, areas):
        return np.where(np.abs(np.asarray(areas) - 100) < 20, 0.9, 0.1)


def touching():
    """Two pads of 10 by 10 pixels, likely, and what is less likely between them."""
    likely = np.full((24, 40), 0.01, np.float32)
    likely[7:17, 5:15] = likely[7:17, 19:29] = 0.8
    likely[10:14, 15:19] = 0.4
    return likely


def test_two_pads_that_touch_are_two_where_a_second_look_tells_them():
    likely, image = touching(), np.zeros((24, 40, 3), np.uint8)
    alone, _ = Decision(0.3, 12, 0.5)(likely[..., None])
    assert alone.sum() == 216
    mask, sure = Decision(0.3, 12, 0.5, Wide())(likely[..., None], image)
    assert mask.sum() == 200
    assert ndimage.label(mask, EIGHT)[1] == 2
    assert sure[10, 8] == pytest.approx(0.8 * 0.9 / (0.8 * 0.9 + 0.2 * 0.1))
    assert sure[12, 17] == pytest.approx(0.6)  # marked no more: how likely the background is
    assert sure[0, 0] == pytest.approx(0.99)


def test_what_is_right_is_told_area_by_area():
    likely = touching()
    truth = np.zeros((24, 40), np.uint8)
    truth[7:17, 5:15] = 1
    table, parent = nested_candidates(3, likely, Truth.of(truth), 0.3)
    assert parent.tolist() == [-1, 0, 0]
    assert [row[3] for row in table] == [216, 100, 100]
    assert [row[5] for row in table] == [False, True, False]  # 100 of 216 is not half
    assert [row[6] for row in table] == [False, False, True]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("together", [True, False])
def test_many_areas_at_once_are_marked_as_one_after_the_other(seed, together):
    likely = smooth(seed, 60).astype(np.float32)
    mask = (likely > 0.3).astype(np.uint8)
    areas = nested_areas(mask, likely, 3)
    rng = np.random.default_rng(seed)
    again = rng.random(len(areas.level))

    def second(image, centres, pixels):
        return again

    judged = agreed(areas.likely, again) if together else again
    marked, both = np.zeros_like(mask), likely.copy()
    for one in np.flatnonzero(likeliest(areas.parent, judged) & (judged >= 0.4)):
        there = areas.parts[areas.level[one]] == areas.number[one]
        marked[there], both[there] = 1, judged[one]
    gone = (mask > 0) & (marked == 0)
    both[gone] = 1 - likely[gone]
    sure = likely.copy()
    decide = Decision(smallest=3, sure=0.4, second=second, together=together)
    found = decide.objects(mask, sure, np.zeros((60, 60, 3), np.uint8))
    assert 0 < marked.sum() < mask.sum()
    np.testing.assert_array_equal(found, marked)
    np.testing.assert_array_equal(sure, both)
