"""How money is shared between vendor and platform: rounding to the vendor (R14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.shares import commission_of_refund, commission_on

PAID = st.integers(min_value=1, max_value=2**63 - 1)
RATES = st.integers(min_value=0, max_value=10_000)


@st.composite
def refunds(draw: st.DrawFn) -> tuple[int, int, int]:
    """What was paid, the platform's share of it, and how much of it goes back."""
    paid = draw(PAID)
    commission = commission_on(paid, draw(RATES))
    return paid, commission, draw(st.integers(min_value=1, max_value=paid))


@pytest.mark.parametrize(
    ("paid", "basis_points", "commission"),
    [
        (10_000, 1_000, 1_000),
        (10_009, 1_000, 1_000),
        (9, 1_000, 0),
        (10, 1_000, 1),
        (0, 1_000, 0),
        (1, 10_000, 1),
        (12_345, 0, 0),
        (3_333, 333, 110),
    ],
)
def test_what_does_not_divide_goes_to_the_vendor(
    paid: int, basis_points: int, commission: int
) -> None:
    assert commission_on(paid, basis_points) == commission


@given(paid=PAID, rate=RATES)
def test_vendor_and_platform_share_all_that_was_paid(paid: int, rate: int) -> None:
    commission = commission_on(paid, rate)
    assert 0 <= commission <= paid
    assert commission * 10_000 <= paid * rate < (commission + 1) * 10_000


@given(refunds())
def test_a_full_refund_takes_back_exactly_what_each_got(refund: tuple[int, int, int]) -> None:
    paid, commission, _part = refund
    assert commission_of_refund(refund=paid, paid=paid, commission=commission) == commission


@given(refunds())
def test_a_part_takes_back_no_more_than_its_share(refund: tuple[int, int, int]) -> None:
    paid, commission, part = refund
    returned = commission_of_refund(refund=part, paid=paid, commission=commission)
    assert 0 <= returned <= min(commission, part)
    assert returned * paid <= commission * part < (returned + 1) * paid


@pytest.mark.parametrize(("refund", "paid"), [(0, 10), (-1, 10), (11, 10), (1, 0)])
def test_more_than_was_paid_is_never_refunded(refund: int, paid: int) -> None:
    with pytest.raises(ValueError, match="cannot refund"):
        commission_of_refund(refund=refund, paid=paid, commission=0)
