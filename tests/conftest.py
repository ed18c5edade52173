"""Settings of the whole test run."""

from hypothesis import settings

# a slow machine is no error
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
