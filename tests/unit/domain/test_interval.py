"""Intervals are the textbook's, and honest where there is little to go by."""

import pytest

from triage.domain.interval import of_mean, of_share


def test_a_share_has_wilsons_interval():
    found = of_share(8, 10)  # Brown, Cai and DasGupta 2001: 0.490, 0.943
    assert (found.low, found.high) == pytest.approx((0.490, 0.943), abs=0.001)


@pytest.mark.parametrize("hits", [0, 3])
def test_all_or_nothing_of_three_is_not_certain(hits: int):
    found = of_share(hits, 3)
    assert 0 <= found.low < found.high <= 1
    assert found.high - found.low > 0.5


def test_a_mean_has_the_normal_interval():
    found = of_mean([1.0, 2.0, 3.0, 4.0])  # spread 1.291, its error 0.6455
    assert (found.low, found.high) == pytest.approx((2.5 - 1.265, 2.5 + 1.265), abs=0.001)
