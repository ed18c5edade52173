"""Settings of the whole test run."""

import pytest
from hypothesis import settings

from dualad.rules import table

# a slow machine is no error
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture
def no_rule_stays():
    """Ufuncs that a test registers are not seen by other tests."""
    table.complete()
    before = dict(table.RULES), dict(table.PARTIALS)
    yield
    for now, then in zip((table.RULES, table.PARTIALS), before, strict=True):
        now.clear()
        now.update(then)
