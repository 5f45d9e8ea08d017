"""The tests of the test tools."""
