"""Taking times, and telling them as ratios."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

__all__ = ["Result", "compared", "median", "tell", "timed"]


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark: seconds for `count` pieces of work, and those of its reference."""

    name: str
    reference: str
    count: int
    seconds: float
    reference_seconds: float

    @property
    def ratio(self) -> float:
        """How many times the reference's time it takes; below 1 it is faster."""
        return self.seconds / self.reference_seconds


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def compared(
    work: Callable[[], object], reference: Callable[[], object], times: int
) -> tuple[float, float]:
    """The median seconds of each, taken in turns so that both meet the same weather."""
    work(), reference()
    pairs = [(timed(work), timed(reference)) for _ in range(times)]
    return median(one for one, _other in pairs), median(other for _one, other in pairs)


def tell(results: list[Result], file: Path) -> None:
    """Print a table and write the figures to `file`."""
    print(f"{'benchmark':<58}{'ms each':>10}{'reference':>24}{'ms each':>10}{'ratio':>8}")
    for result in results:
        each, other = (
            1_000 * seconds / result.count for seconds in (result.seconds, result.reference_seconds)
        )
        print(
            f"{result.name:<58}{each:>10.3f}{result.reference:>24}{other:>10.3f}"
            f"{result.ratio:>8.2f}"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    told = [asdict(result) | {"ratio": result.ratio} for result in results]
    file.write_text(json.dumps(told, indent=2))
