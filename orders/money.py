"""Sharing money out. Amounts are whole minor units (fen for CNY); there are no floats."""

from collections.abc import Sequence


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` fen out in proportion to `weights`, so that the parts sum exactly (R4).

    Largest remainders first; among equal ones the earlier part gets the odd fen. No part
    exceeds its weight as long as `total` does not exceed the sum of the weights. Where all
    weights are zero there is nothing to go by and only a `total` of zero can be shared.

    Raises `ValueError` for a negative total or weight, or a total that has no taker.
    """
    whole = sum(weights)
    if total < 0 or any(weight < 0 for weight in weights) or (total and not whole):
        raise ValueError(f"cannot share {total} by {list(weights)}")
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
