"""Sharing an amount out loses nothing and invents nothing (R4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.money import apportion

AMOUNTS = st.integers(min_value=0, max_value=2**63 - 1)
PRICES = st.lists(AMOUNTS, min_size=1, max_size=30)


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, list[int]]:
    """Prices, and a coupon that does not exceed them."""
    prices = draw(PRICES)
    return draw(st.integers(min_value=0, max_value=sum(prices))), prices


@given(shares())
def test_the_parts_sum_exactly_and_none_exceeds_its_weight(share: tuple[int, list[int]]) -> None:
    total, weights = share
    parts = apportion(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@given(shares())
def test_no_part_is_a_whole_fen_away_from_its_exact_share(share: tuple[int, list[int]]) -> None:
    total, weights = share
    whole = sum(weights)
    for part, weight in zip(apportion(total, weights), weights, strict=True):
        assert abs(part * whole - total * weight) < max(whole, 1)


@given(total=AMOUNTS, weights=PRICES)
def test_a_total_above_the_weights_is_shared_exactly_too(total: int, weights: list[int]) -> None:
    if any(weights):
        assert sum(apportion(total, weights)) == total


@given(shares(), st.randoms())
def test_the_order_of_the_parts_moves_no_more_than_the_odd_fen(
    share: tuple[int, list[int]], random: object
) -> None:
    total, weights = share
    turned = apportion(total, weights[::-1])[::-1]
    assert all(
        abs(one - other) <= 1 for one, other in zip(apportion(total, weights), turned, strict=True)
    )


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (0, [], []),
        (0, [0, 0], [0, 0]),
        (1, [1, 1], [1, 0]),
        (100, [1, 1, 1], [34, 33, 33]),
        (1_000, [10_005, 3_333, 1], [750, 250, 0]),
        (5, [0, 5, 0], [0, 5, 0]),
        (2, [1, 1, 1], [1, 1, 0]),
    ],
)
def test_the_largest_remainders_get_the_odd_fen_and_the_earlier_of_equal_ones(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert apportion(total, weights) == parts


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [2, -1]), (1, []), (1, [0, 0])])
def test_what_cannot_be_shared_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot share"):
        apportion(total, weights)
