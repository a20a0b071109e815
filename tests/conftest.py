"""What holds for every test."""

from hypothesis import settings

# The same histories each time, so that a red suite means a change and not a lucky draw. Others are looked for by hand
# (README); what they find becomes an example of its test. No test asserts time: the machine may stand still.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("same")
