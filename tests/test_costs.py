"""Of what others wrote, no text of ten thousand characters takes a hundred times the steps of an ordinary one.

`python -m benchmarks.cost --minutes 60 --keep` searches for worse texts and adds them to the corpus that is read here.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st

from benchmarks.cost import CORPUS
from benchmarks.cost_inputs import texts_for, unpacked
from benchmarks.cost_subjects import median_steps, subjects
from benchmarks.counting import steps_of
from tests.work import endless_after

pytestmark = pytest.mark.counts_steps

WORST = json.loads(CORPUS.read_text())
# Handing over makes the files of eleven targets, and Markdown has a test of its bounds: both are searched by hand.
NAMES = [name for name in subjects() if name not in ("hand-over", "markdown")]


def most_steps(name: str) -> int:
    return 100 * median_steps(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_worst_texts_that_were_found_stay_within_bounds(name: str) -> None:
    act, most = subjects()[name].act, most_steps(name)
    # Counting is slow, and the worst is the first to go beyond its bound again.
    for pieces in WORST[name][-1:]:
        with endless_after(60):
            assert steps_of(lambda: act(unpacked(pieces)), at_most=most) > 0  # noqa: B023


@pytest.mark.parametrize("name", NAMES)
def test_no_other_text_is_worse(name: str) -> None:
    subject, most = subjects()[name], most_steps(name)

    @settings(max_examples=2, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def search(data: st.DataObject) -> None:
        text = data.draw(texts_for(subject))
        with endless_after(60):
            steps = steps_of(lambda: subject.act(text), at_most=most)
        target(float(steps))

    search()
