"""A verdict belongs to the claim, not to the seeds: quick experiments again, on three sets of seeds that share none."""

import pytest

from course_lib import claims

SAMPLE = [
    "why-same-hidden",
    "linear-update",
    "sigmoid-centre",
    "relu-sparse",
    "relu-dying",
    "relu-one-negative",
    "leaky-fix",
    "elu-mean",
    "selu-preserve",
    "softmax-last",
    "choose-out-regression",
    "choose-out-multilabel",
]


@pytest.mark.slow
@pytest.mark.parametrize("claim", SAMPLE)
def test_three_sets_of_seeds_give_one_verdict(claim: str) -> None:
    found = [claims.run(claim, first_seed=first) for first in (0, 1000, 2000)]
    measured = [evidence.result.measures for evidence in found]
    assert measured[0] != measured[1] != measured[2], "the seeds change nothing: this claim says nothing about them"
    assert len({evidence.verdict for evidence in found}) == 1
    assert found[0].verdict != "inconclusive"
