"""Tests of the drivers: pure codecs by bytes and times, devices by driving their pins and ports."""
