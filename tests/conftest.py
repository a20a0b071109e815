"""What holds for every test."""

from hypothesis import settings

# The same histories each time, so that a red suite means a change and not a lucky draw. Others are looked for by hand
# (README); what they find becomes an example of its test.
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("same")
