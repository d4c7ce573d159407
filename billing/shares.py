"""How money is shared between vendor and platform: pure arithmetic in fen (R14)."""

BASIS_POINTS = 10_000


def commission_on(paid: int, basis_points: int) -> int:
    """The platform's share of `paid` fen; what does not divide goes to the vendor."""
    return paid * basis_points // BASIS_POINTS


def commission_of_refund(*, refund: int, paid: int, commission: int) -> int:
    """The platform's share of a refund, as it was in the purchase; rounding to the vendor.

    Raises `ValueError` where the refund exceeds what was paid (R4).
    """
    if not 0 < refund <= paid:
        raise ValueError(f"cannot refund {refund} of {paid}")
    return commission * refund // paid
