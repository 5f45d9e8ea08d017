"""Pretend boxes, written from the systems' own texts: real HTTP servers for the demo and the tests.

Nothing here imports the systems of the portal: a box that shared code with its client would agree with
every mistake of it. Each box is a Flask application; :func:`portal.simulators.server.serve` gives it a
socket of its own.
"""
